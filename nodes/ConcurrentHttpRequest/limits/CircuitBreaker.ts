import type { Clock } from '../common/Clock';
import type { AdmissionRequest, Limit, Outcome } from './Limit';
import { SlidingSum } from '../common/SlidingSum';
import { PerOrigin } from '../common/PerOrigin';

export interface CircuitBreakerOptions {
	/** The share of attempts that has to fail for the breaker to open, above 0 to 1. */
	readonly failureShare: number;
	/** Milliseconds over which attempts are counted. */
	readonly window: number;
	/** Attempts within the window below which it never opens, from 1. */
	readonly minimumRequests: number;
	/** Milliseconds for which nothing is sent after it has opened. */
	readonly openFor: number;
	/** Trial requests that have to succeed one after the other for it to close, from 1. */
	readonly trials: number;
	/** `wait`: requests wait until it closes. `fail`: they fail at once while it is open. */
	readonly whenOpen: 'wait' | 'fail';
	/** Milliseconds without a success after which requests fail at once, even where they wait. */
	readonly longestWait: number;
}

interface Circuit {
	/** Attempts within the window, and those of them that failed. */
	readonly total: SlidingSum;
	readonly failed: SlidingSum;
	/** Otherwise it is open, and half-open from `openUntil` on. */
	isClosed: boolean;
	/** When trials may begin; the clock's milliseconds. */
	openUntil: number;
	/** When it opened last without having closed since. */
	openSince: number;
	trialInFlight: boolean;
	trialsSucceeded: number;
}

/**
 * Stops sending to a server that keeps failing, so that it can recover and items need not wait in vain.
 *
 * A closed breaker counts. When at least `failureShare` of at least `minimumRequests` attempts within
 * `window` have failed, it opens: nothing is sent to that server for `openFor`. Then it is half-open:
 * it admits one trial request at a time. `trials` successes in a row close it, and one failure opens
 * it again. (Michael Nygard, "Release It!", chapter "Stability Patterns"; Martin Fowler,
 * https://martinfowler.com/bliki/CircuitBreaker.html. cockatiel calls a breaker that counts a share
 * within a sliding window a SamplingBreaker; Polly and Hystrix count in the same way.)
 *
 * A failure is a status of 500 or above, or no response. A 429 is none: the server is well.
 */
export class CircuitBreaker implements Limit<number> {
	readonly perOrigin = true;
	readonly label = 'the circuit breaker, after too many failures';
	private readonly options: CircuitBreakerOptions;
	private readonly clock: Pick<Clock, 'now'>;
	private readonly circuits: PerOrigin<Circuit>;
	private opened: (origin: string) => void = () => {};
	/** How often it has opened, over all origins. */
	timesOpened = 0;

	constructor(options: CircuitBreakerOptions, clock: Pick<Clock, 'now'>) {
		this.options = options;
		this.clock = clock;
		this.circuits = new PerOrigin(() => newCircuit(options.window));
	}

	/** @param listener called whenever it opens for an origin; the only one */
	onOpen(listener: (origin: string) => void): void {
		this.opened = listener;
	}

	availableAt({ origin }: AdmissionRequest, now: number): number {
		const circuit = this.circuits.find(origin);
		if (!circuit || circuit.isClosed) return now;
		if (now < circuit.openUntil) return circuit.openUntil;
		return circuit.trialInFlight ? Infinity : now;
	}

	/** @returns when the request was started; the clock's milliseconds */
	take({ origin }: AdmissionRequest, now: number): number {
		const circuit = this.circuits.of(origin);
		if (!circuit.isClosed && now >= circuit.openUntil) circuit.trialInFlight = true;
		return now;
	}

	/**
	 * Whether a request to this origin fails at once rather than wait for its turn. To be checked
	 * before it asks for admission, and when {@link onOpen} calls while it waits.
	 */
	turnsAway(origin: string): boolean {
		const circuit = this.circuits.find(origin);
		if (!circuit || circuit.isClosed) return false;
		const now = this.clock.now();
		const isGivenUp = now - circuit.openSince > this.options.longestWait;
		if (this.options.whenOpen === 'wait' && !isGivenUp) return false;
		return now < circuit.openUntil || circuit.trialInFlight;
	}

	/** @returns the clock's milliseconds when a trial may be sent */
	openUntil(origin: string): number {
		return this.circuits.find(origin)?.openUntil ?? -Infinity;
	}

	release(
		{ origin }: AdmissionRequest,
		{ kind, status }: Outcome,
		now: number,
		startedAt: number,
	): void {
		const circuit = this.circuits.of(origin);
		const isFailure = status === undefined ? kind !== 'cancelled' : status >= 500;
		if (circuit.isClosed) {
			if (kind === 'cancelled') return;
			circuit.total.add(1, now);
			if (!isFailure) return;
			circuit.failed.add(1, now);
			const { failureShare, minimumRequests } = this.options;
			const total = circuit.total.at(now);
			if (total >= minimumRequests && circuit.failed.at(now) / total >= failureShare) {
				this.open(origin, circuit, now);
			}
			return;
		}
		// Requests that were under way when it opened say nothing new.
		if (startedAt < circuit.openUntil) return;
		circuit.trialInFlight = false;
		if (isFailure) this.open(origin, circuit, now);
		else if (status !== undefined) this.succeed(circuit);
		// A cancelled trial tells nothing. The next request is the trial then.
	}

	private succeed(circuit: Circuit): void {
		circuit.trialsSucceeded++;
		if (circuit.trialsSucceeded < this.options.trials) return;
		circuit.isClosed = true;
		circuit.total.clear();
		circuit.failed.clear();
	}

	private open(origin: string, circuit: Circuit, now: number): void {
		if (circuit.isClosed) circuit.openSince = now;
		circuit.isClosed = false;
		circuit.openUntil = now + this.options.openFor;
		circuit.trialInFlight = false;
		circuit.trialsSucceeded = 0;
		this.timesOpened++;
		this.opened(origin);
	}
}

function newCircuit(window: number): Circuit {
	return {
		total: new SlidingSum(window),
		failed: new SlidingSum(window),
		isClosed: true,
		openUntil: -Infinity,
		openSince: -Infinity,
		trialInFlight: false,
		trialsSucceeded: 0,
	};
}
