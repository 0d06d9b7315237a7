import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Milliseconds that an answer is used; Go's and Java's resolvers keep answers as long. */
export const LOOKUP_LIFETIME = 30_000;

interface Answer {
	readonly address: string | LookupAddress[];
	readonly family: number | undefined;
	/** On the cache's clock. */
	readonly expiresAt: number;
}

type LookupCallback = Parameters<LookupFunction>[2];

/**
 * Asks for a name once, however many connections a run opens to it: those that come while it is
 * looked up share the answer, and so do later ones, for {@link LOOKUP_LIFETIME}. Failures, and
 * refusals by the egress policy, are not kept.
 *
 * An answer that is used again has been checked by the policy, and the connection is made to
 * exactly the addresses that were checked. So a name that changes its address in the meantime
 * (DNS rebinding) gains nothing.
 */
export class LookupCache {
	private readonly inner: LookupFunction;
	private readonly now: () => number;
	private readonly answers = new Map<string, Answer>();
	private readonly waiting = new Map<string, LookupCallback[]>();

	/**
	 * @param lookup what is asked, for example the egress policy's
	 * @param now milliseconds on a clock that only goes forward
	 */
	constructor(lookup: LookupFunction, now: () => number = () => performance.now()) {
		this.inner = lookup;
		this.now = now;
	}

	readonly lookup: LookupFunction = (hostname, options, callback) => {
		const key = `${hostname} ${options.all} ${options.family} ${options.hints} ${options.order}`;
		const known = this.answers.get(key);
		if (known && this.now() < known.expiresAt) {
			// A look-up never calls back at once: net.connect relies on that.
			process.nextTick(callback, null, copyOf(known.address), known.family);
			return;
		}
		const alsoWaiting = this.waiting.get(key);
		if (alsoWaiting) {
			alsoWaiting.push(callback);
			return;
		}
		const callbacks = [callback];
		this.waiting.set(key, callbacks);
		this.inner(hostname, options, (error, address, family) => {
			this.waiting.delete(key);
			if (error) this.answers.delete(key);
			else this.answers.set(key, { address, family, expiresAt: this.now() + LOOKUP_LIFETIME });
			for (const each of callbacks) each(error, copyOf(address), family);
		});
	};

	/** For a host that cannot be connected to: it may have moved. */
	forget(hostname: string): void {
		for (const key of this.answers.keys()) {
			if (key.startsWith(`${hostname} `)) this.answers.delete(key);
		}
	}
}

/** Whoever gets a list may change it. */
function copyOf(address: string | LookupAddress[]): string | LookupAddress[] {
	return Array.isArray(address) ? [...address] : address;
}
