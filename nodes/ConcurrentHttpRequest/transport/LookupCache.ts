import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Milliseconds that addresses are used; Go's and Java's resolvers keep them as long. */
export const LOOKUP_LIFETIME = 30_000;

interface Found {
	readonly address: string | LookupAddress[];
	readonly family: number | undefined;
	/** On the cache's clock. */
	readonly expiresAt: number;
}

/**
 * Looks up a name once, however many connections a run opens to it: those that come while it is
 * looked up share the result, and so do later ones, for {@link LOOKUP_LIFETIME}. Failures, and
 * refusals by the egress policy, are not kept.
 *
 * The policy has checked the addresses that are used again, and connections are made to exactly
 * those. So a name that changes its address in the meantime (DNS rebinding) gains nothing.
 */
export class LookupCache {
	private readonly inner: LookupFunction;
	private readonly now: () => number;
	private readonly found = new Map<string, Found>();
	private readonly waiting = new Map<string, Array<Parameters<LookupFunction>[2]>>();

	/**
	 * @param lookup for example the egress policy's
	 * @param now milliseconds on a clock that only goes forward
	 */
	constructor(lookup: LookupFunction, now: () => number = () => performance.now()) {
		this.inner = lookup;
		this.now = now;
	}

	readonly lookup: LookupFunction = (hostname, options, callback) => {
		const key = `${hostname} ${options.all} ${options.family} ${options.hints} ${options.order}`;
		const known = this.found.get(key);
		if (known && this.now() < known.expiresAt) {
			// A look-up never calls back at once: net.connect relies on that.
			process.nextTick(callback, null, copyOf(known.address), known.family);
			return;
		}
		const callbacks = this.waiting.get(key);
		if (callbacks) {
			callbacks.push(callback);
			return;
		}
		const waiting = [callback];
		this.waiting.set(key, waiting);
		this.inner(hostname, options, (error, address, family) => {
			this.waiting.delete(key);
			if (error) this.found.delete(key);
			else this.found.set(key, { address, family, expiresAt: this.now() + LOOKUP_LIFETIME });
			for (const each of waiting) each(error, copyOf(address), family);
		});
	};

	/** For a host that cannot be connected to: it may have moved. */
	forget(hostname: string): void {
		for (const key of this.found.keys()) {
			if (key.startsWith(`${hostname} `)) this.found.delete(key);
		}
	}
}

/** A caller may change the list that it gets. */
function copyOf(address: string | LookupAddress[]): string | LookupAddress[] {
	return Array.isArray(address) ? [...address] : address;
}
