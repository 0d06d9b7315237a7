/** Whatever happens to single items: each comes out once, in its place. */
import fc from 'fast-check';
import { TestServer } from '../support/TestServer.ts';
import { jsonOf, pairsOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start();
});

afterAll(async () => {
	await server.close();
});

/** What may become of an item; `ID` stands for its number. */
const fates = {
	ok: '/delay?id=ID',
	slow: '/delay?ms=5&id=ID',
	redirected: '/redirect?times=2&to=%2Fdelay%3Fid%3DID',
	refused: '/status?code=503',
	reset: '/reset',
	resetInBody: '/reset-body',
	truncated: '/truncate',
	silent: '/hang',
	noJson: '/json?body={',
	badRedirect: '/redirect?to=ftp://localhost/',
	badInput: '',
} as const;

type Fate = keyof typeof fates;

const succeeds = (fate: Fate) => ['ok', 'slow', 'redirected'].includes(fate);

const anyFate = fc.constantFrom(...(Object.keys(fates) as Fate[]));
const run = fc.record({
	run: fc.array(anyFate, { minLength: 1, maxLength: 40, size: 'max' }),
	maxConcurrency: fc.integer({ min: 1, max: 12 }),
});

const outcomes = async (
	list: Fate[],
	maxConcurrency: number,
	onError: 'continueRegularOutput' | 'continueErrorOutput',
) => {
	// The server may not have seen yet that the last of the run before was given up.
	await server.waitFor(({ inFlight }) => inFlight === 0);
	server.reset();
	const items = list.map((fate, id) => ({
		json: {
			id,
			url: fates[fate] && server.origin + fates[fate].replace('ID', String(id)),
			// Short for those alone that are never answered: a busy machine makes no others fail.
			timeout: fate === 'silent' ? 20 : 60_000,
		},
	}));
	const parameters = {
		url: '={{ $json.url }}',
		maxConcurrency,
		options: { timeout: '={{ $json.timeout }}' },
	};
	return await sendItems(parameters, { items, onError });
};

it('with errors in place', async () => {
	await fc.assert(
		fc.asyncProperty(run, async ({ run: list, maxConcurrency }) => {
			const { items, error } = await outcomes(list, maxConcurrency, 'continueRegularOutput');
			expect(error).toBeUndefined();
			expect(pairsOf(items)).toEqual([...list.keys()]);
			list.forEach((fate, id) => {
				const { json } = items[id]!;
				if (succeeds(fate)) expect(json).toEqual({ ok: true, id: String(id) });
				else expect(Object.keys(json)).toContain('error');
			});
			expect(server.mostInFlight).toBeLessThanOrEqual(maxConcurrency);
		}),
		{ numRuns: 30 },
	);
});

it('with errors on their own output', async () => {
	await fc.assert(
		fc.asyncProperty(run, async ({ run: list, maxConcurrency }) => {
			const { items, errors } = await outcomes(list, maxConcurrency, 'continueErrorOutput');
			const numbersOf = (wanted: boolean) =>
				[...list.keys()].filter((id) => succeeds(list[id]!) === wanted);
			expect(pairsOf(items)).toEqual(numbersOf(true));
			expect(jsonOf(items)).toEqual(numbersOf(true).map((id) => ({ ok: true, id: String(id) })));
			expect(pairsOf(errors)).toEqual(numbersOf(false));
		}),
		{ numRuns: 20 },
	);
});
