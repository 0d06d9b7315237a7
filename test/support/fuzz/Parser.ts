import fc from 'fast-check';

/** Something that reads text or bytes of a server. */
export interface Parser<Input = string> {
	readonly name: string;
	readonly inputs: fc.Arbitrary<Input>;
	/** @returns what is wrong with what it made of the input, if anything */
	readonly parse: (input: Input) => string | undefined | void | Promise<string | undefined | void>;
	/** The errors that it declares. Any other is a fault. */
	readonly declared: ReadonlyArray<abstract new (...args: never[]) => Error>;
	/** The parts of input that grow when its time is measured; none for what a header's size bounds. */
	readonly units?: readonly string[];
	/** Makes an input of such a text. */
	readonly grow?: (text: string) => Input;
}

/**
 * Text made of the words of a format, of what is nearly one, and of anything else.
 *
 * @param words what the format is written with
 */
export function textOf(words: readonly string[], most = 12): fc.Arbitrary<string> {
	const piece = fc.oneof(
		{ weight: 8, arbitrary: fc.constantFrom(...words) },
		{ weight: 2, arbitrary: fc.integer({ min: -2, max: 2 ** 53 }).map(String) },
		{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
		{ weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 4 }) },
		{
			weight: 1,
			arbitrary: fc
				.tuple(fc.constantFrom(...words), fc.integer({ min: 2, max: 40 }))
				.map(([word, times]) => word.repeat(times)),
		},
	);
	return fc.array(piece, { maxLength: most, size: 'max' }).map((pieces) => pieces.join(''));
}

/** A header's value: what HTTP allows in one, a character a byte. */
export function headerOf(words: readonly string[]): fc.Arbitrary<string> {
	return textOf(words).map((text) =>
		[...Buffer.from(text)]
			.map((byte) => String.fromCharCode(byte))
			.join('')
			.replace(/[\0\r\n]/g, ''),
	);
}

/** One of two kinds: so a list of parsers need not know what each of them reads. */
export interface AnyParser {
	readonly name: string;
	/** @throws a fault with the smallest input that shows it */
	readonly fuzz: (numRuns: number) => Promise<void>;
	/** @returns the inputs for which twice the size takes much more than twice the time */
	readonly findSlowInputs: () => Promise<string[]>;
}

export function toAny<Input>(parser: Parser<Input>): AnyParser {
	return {
		name: parser.name,
		fuzz: async (numRuns) => {
			const seed = process.env.FUZZ_SEED;
			await fc.assert(
				fc.asyncProperty(parser.inputs, async (input) => await parseOnce(parser, input)),
				{ numRuns, ...(seed !== undefined && { seed: Number(seed) }) },
			);
		},
		findSlowInputs: async () => await findSlowInputs(parser),
	};
}

async function parseOnce<Input>(parser: Parser<Input>, input: Input): Promise<void> {
	let problem: string | undefined | void;
	try {
		const result = parser.parse(input);
		problem = result instanceof Promise ? await result : result;
	} catch (error) {
		if (parser.declared.some((declared) => error instanceof declared)) return;
		throw error;
	}
	if (problem) throw new Error(problem);
}

/** Characters of the smallest and of the largest input that is compared with one of twice its size. */
const SIZES = { least: 60_000, most: 2_000_000 };

/** Twice as much input may take so many times as long. A square takes four times. */
const MOST = 3.2;

/** Milliseconds of processor time below which a figure means nothing. */
const LEAST = 30;

async function findSlowInputs<Input>({ units, grow, ...parser }: Parser<Input>): Promise<string[]> {
	if (!units || !grow) return [];
	const shapes = [...units, ...units.flatMap((one) => units.map((other) => one + other))];
	const slow: string[] = [];
	for (const shape of shapes) {
		const time = async (size: number): Promise<number> => {
			const input = grow(shape.repeat(Math.ceil(size / shape.length)));
			const before = process.cpuUsage();
			await parseOnce(parser, input);
			const { user, system } = process.cpuUsage(before);
			return (user + system) / 1000;
		};
		// The least of several: a compiler or a collection in between counts for nothing.
		const leastTime = async (size: number): Promise<number> =>
			Math.min(await time(size), await time(size), await time(size));
		let size = SIZES.least;
		let double = await time(2 * size);
		// What is quick is made larger, but only if it seems to be slower than linear.
		if (double < LEAST) continue;
		let single = await leastTime(size);
		while (single < LEAST && 2 * size <= SIZES.most && double > MOST * single) {
			size *= 2;
			[single, double] = [await leastTime(size), await leastTime(2 * size)];
		}
		if (double > MOST * single) double = Math.min(double, await leastTime(2 * size));
		if (double >= LEAST && double > MOST * single) {
			slow.push(`${JSON.stringify(shape)}: ${single.toFixed(0)} ms, ${double.toFixed(0)} ms`);
		}
	}
	return slow;
}
