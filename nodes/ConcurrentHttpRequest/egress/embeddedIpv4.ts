import { isIPv6 } from 'node:net';

/** How a range of IPv6 addresses embeds IPv4 addresses. */
interface Embedding {
	/** The first bytes of all addresses in the range. */
	readonly prefix: readonly number[];
	/** Where the bytes of the IPv4 address are. */
	readonly positions: ReadonlyArray<readonly number[]>;
	/** Its bits are inverted. */
	readonly isInverted?: boolean;
}

const LAST = [12, 13, 14, 15];

const zeros = (count: number) => Array.from({ length: count }, () => 0);

const EMBEDDINGS: readonly Embedding[] = [
	// IPv4-compatible (RFC 4291 section 2.5.5.1). `::` is one of them: systems take it for 0.0.0.0.
	{ prefix: zeros(12), positions: [LAST] },
	// IPv4-mapped (RFC 4291 section 2.5.5.2).
	{ prefix: [...zeros(10), 0xff, 0xff], positions: [LAST] },
	// IPv4-translated (RFC 2765 section 2.1).
	{ prefix: [...zeros(8), 0xff, 0xff, 0, 0], positions: [LAST] },
	// NAT64, well-known prefix (RFC 6052 section 2.1).
	{ prefix: [0, 0x64, 0xff, 0x9b, ...zeros(8)], positions: [LAST] },
	// NAT64, for local use (RFC 8215), with the prefix lengths 48, 56, 64 and 96 (RFC 6052 section 2.2).
	{
		prefix: [0, 0x64, 0xff, 0x9b, 0, 1],
		positions: [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], LAST],
	},
	// 6to4 (RFC 3056 section 2).
	{ prefix: [0x20, 0x02], positions: [[2, 3, 4, 5]] },
	// Teredo: the server, and the client (RFC 4380 section 4).
	{ prefix: [0x20, 0x01, 0, 0], positions: [[4, 5, 6, 7]] },
	{ prefix: [0x20, 0x01, 0, 0], positions: [LAST], isInverted: true },
];

/**
 * The IPv4 addresses to which a packet for an IPv6 address may go, in dotted form. Where a prefix
 * leaves open how long it is, they are all that it may be.
 *
 * @param host an address without brackets; anything but an IPv6 address embeds none
 */
export function embeddedIpv4(host: string): string[] {
	const bytes = ipv6Bytes(host);
	if (!bytes) return [];
	const found: string[] = [];
	for (const { prefix, positions, isInverted } of EMBEDDINGS) {
		if (!prefix.every((byte, index) => bytes[index] === byte)) continue;
		for (const position of positions) {
			// Of several lengths, one is possible if nothing but zeros follows (RFC 6052 section 2.2).
			const after = bytes.slice((position.at(-1) ?? 0) + 1);
			if (positions.length > 1 && after.some((byte) => byte !== 0)) continue;
			const ipv4 = position.map((index) => bytes[index] ?? 0);
			found.push((isInverted ? ipv4.map((byte) => byte ^ 0xff) : ipv4).join('.'));
		}
	}
	return found;
}

/** @returns `undefined` for what is no IPv6 address, and for loopback, which embeds none */
function ipv6Bytes(host: string): number[] | undefined {
	// Most hosts are names.
	if (!host.includes(':')) return undefined;
	const address = host.replace(/%.*$/, '');
	if (!isIPv6(address)) return undefined;
	// The URL Standard writes an address in one way, without dots.
	const written = new URL(`http://[${address}]/`).hostname.slice(1, -1);
	if (written === '::1') return undefined;
	const [head = [], tail = []] = written.split('::').map((half) => half.split(':').filter(Boolean));
	const groups = [...head, ...zeros(8 - head.length - tail.length), ...tail];
	return groups.flatMap((group) => {
		const value = Number(`0x${group}`);
		return [value >> 8, value & 0xff];
	});
}
