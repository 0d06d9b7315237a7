import { isIPv6 } from 'node:net';

/** A range of IPv6 addresses that embed IPv4 addresses. */
interface Embedding {
	/** Matches all 32 hexadecimal digits of an address; its groups are the digits of the IPv4 address. */
	readonly pattern: RegExp;
	/** Its bits are inverted. */
	readonly isInverted?: boolean;
}

const EMBEDDINGS: readonly Embedding[] = [
	// IPv4-compatible (RFC 4291 section 2.5.5.1). `::` is one of them: systems take it for 0.0.0.0.
	{ pattern: /^0{24}(.{8})$/ },
	// IPv4-mapped (RFC 4291 section 2.5.5.2).
	{ pattern: /^0{20}ffff(.{8})$/ },
	// IPv4-translated (RFC 2765 section 2.1).
	{ pattern: /^0{16}ffff0000(.{8})$/ },
	// NAT64, well-known prefix (RFC 6052 section 2.1).
	{ pattern: /^0064ff9b0{16}(.{8})$/ },
	// NAT64, for local use (RFC 8215), with the prefix lengths 48, 56, 64 and 96. Digits 17 and 18 are
	// reserved, and nothing but zeros follows (RFC 6052 section 2.2).
	{ pattern: /^0064ff9b0001(....)..(....)0{10}$/ },
	{ pattern: /^0064ff9b0001..(..)..(.{6})0{8}$/ },
	{ pattern: /^0064ff9b0001.{6}(.{8})0{6}$/ },
	{ pattern: /^0064ff9b0001.{12}(.{8})$/ },
	// 6to4 (RFC 3056 section 2).
	{ pattern: /^2002(.{8})/ },
	// Teredo: the server, and the client (RFC 4380 section 4).
	{ pattern: /^20010000(.{8})/ },
	{ pattern: /^20010000.{16}(.{8})$/, isInverted: true },
];

/**
 * The IPv4 addresses to which a packet for an IPv6 address may go, in dotted form. Where a prefix
 * leaves open how long it is, they are all that it may be.
 *
 * @param host an address without brackets; anything but an IPv6 address embeds none
 */
export function embeddedIpv4(host: string): string[] {
	const digits = ipv6Digits(host);
	if (digits === undefined) return [];
	return EMBEDDINGS.flatMap(({ pattern, isInverted = false }) => {
		const [, ...groups] = pattern.exec(digits) ?? [];
		if (groups.length === 0) return [];
		const bytes = [...Buffer.from(groups.join(''), 'hex')];
		return bytes.map((byte) => (isInverted ? byte ^ 0xff : byte)).join('.');
	});
}

/** @returns `undefined` for what is no IPv6 address, and for loopback, which embeds none */
function ipv6Digits(host: string): string | undefined {
	// Most hosts are names.
	if (!host.includes(':')) return undefined;
	const address = host.replace(/%.*$/, '');
	if (!isIPv6(address)) return undefined;
	// The URL Standard writes an address in one way, without dots.
	const written = new URL(`http://[${address}]/`).hostname.slice(1, -1);
	if (written === '::1') return undefined;
	const [head = [], tail = []] = written.split('::').map((half) => half.split(':').filter(Boolean));
	const zeros = Array<string>(8 - head.length - tail.length).fill('0');
	return [...head, ...zeros, ...tail].map((group) => group.padStart(4, '0')).join('');
}
