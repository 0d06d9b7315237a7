import type { Answers } from './RefusalPace';

/** Answers that are remembered. */
const MOST = 512;

/** Of those, the latest, by which a rate is known. */
const FOR_RATE = 128;

/** What the server did with the latest requests: how many it accepted and refused, and how fast. */
export class RecentAnswers {
	private readonly answers: Array<{ readonly time: number; readonly isRefused: boolean }> = [];

	/** @param now milliseconds */
	add(isRefused: boolean, now: number): void {
		this.answers.push({ time: now, isRefused });
		if (this.answers.length >= 2 * MOST) this.answers.splice(0, MOST);
	}

	get length(): number {
		return this.answers.length;
	}

	count(): Answers {
		return countOf(this.answers.slice(-MOST));
	}

	/** Requests a millisecond that were accepted. */
	acceptedRate(now: number): number {
		const latest = this.answers.slice(-FOR_RATE);
		return countOf(latest).accepted / Math.max(1, now - (latest[0]?.time ?? now));
	}
}

function countOf(answers: ReadonlyArray<{ readonly isRefused: boolean }>): Answers {
	const refused = answers.filter(({ isRefused }) => isRefused).length;
	return { accepted: answers.length - refused, refused };
}
