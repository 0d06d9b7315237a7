/** One thing to be timed. */
export interface Subject {
	name: string;
	/** Does it once; `index` counts up, so that not every call is the same. */
	run: (index: number) => unknown;
	/** How many operations one call is. */
	operations?: number;
}

export interface Timing {
	name: string;
	/** Of one operation: median of the rounds. */
	nanoseconds: number;
}

const ROUNDS = 9;
/** Milliseconds; a round is short enough to be repeated, long enough for the clock. */
const ROUND_MS = 100;

/** What the subjects give is kept here, so that no compiler can leave the work out. */
const sink: { last: unknown } = { last: undefined };

/** Subjects take turns, so that a slow moment of the machine hits all of them. */
export async function measure(subjects: Subject[]): Promise<Timing[]> {
	const rounds = new Map<Subject, number[]>();
	for (let round = 0; round <= ROUNDS; round++) {
		for (const subject of subjects) {
			const nanoseconds = await timeRound(subject);
			// The first one warms up.
			if (round > 0) rounds.set(subject, [...(rounds.get(subject) ?? []), nanoseconds]);
		}
	}
	return subjects.map((subject) => {
		const sorted = rounds.get(subject)?.toSorted((a, b) => a - b) ?? [];
		return { name: subject.name, nanoseconds: sorted[Math.floor(sorted.length / 2)] ?? 0 };
	});
}

async function timeRound({ run, operations = 1 }: Subject): Promise<number> {
	const start = performance.now();
	let calls = 0;
	let elapsed = 0;
	while (elapsed < ROUND_MS) {
		// The clock is read now and then only: it takes as long as a small operation.
		for (let repeat = 0; repeat < 16; repeat++) {
			const result = run(calls++);
			sink.last = result instanceof Promise ? await result : result;
		}
		elapsed = performance.now() - start;
	}
	return (elapsed * 1e6) / (calls * operations);
}
