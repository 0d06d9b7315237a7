/** As test/unit/fuzz.test.ts, with a million inputs each, and with how the time grows. */
import { optimizeHtml } from '../../nodes/ConcurrentHttpRequest/response/optimize/optimizeHtml.ts';
import { optimizeText } from '../../nodes/ConcurrentHttpRequest/response/optimize/optimizeText.ts';
import { UnreadableResponse } from '../../nodes/ConcurrentHttpRequest/response/UnreadableResponse.ts';
import { bodyParsers } from '../support/fuzz/bodies.ts';
import { costlyPages } from '../support/fuzz/costlyPages.ts';
import { headerParsers } from '../support/fuzz/headers.ts';
import { wire, wireParser } from '../support/fuzz/wire.ts';

const mockWire = wire;
jest.mock('undici/lib/core/connect.js', () => () => mockWire.network.buildConnector());

const HOURS = 3_600_000;
const INPUTS = Number(process.env.SOAK_INPUTS ?? 1_000_000);

describe(`${INPUTS} inputs`, () => {
	it.each([...headerParsers, ...bodyParsers, wireParser])(
		'$name',
		async ({ fuzz }) => {
			await fuzz(INPUTS);
		},
		3 * HOURS,
	);
});

// A header has 16 KB at most.
describe('twice the input takes about twice the time', () => {
	it.each(bodyParsers)(
		'$name',
		async ({ findSlowInputs }) => {
			expect(await findSlowInputs()).toEqual([]);
		},
		HOURS,
	);
});

/** Seconds of processor time. On two cores of a cloud machine the worst takes 2. */
const MOST_SECONDS = 20;

// Readability's time is not linear, so its input is bounded.
describe.each([
	['HTML', (page: string) => void optimizeHtml(page, 'body', ['script'])],
	['article', (page: string) => void optimizeText(page)],
])('a page for an agent takes seconds at most, as %s', (_name, optimize) => {
	it.each(costlyPages)('%s', (_what, page) => {
		const before = process.cpuUsage();
		try {
			optimize(page);
		} catch (error) {
			expect(error).toBeInstanceOf(UnreadableResponse);
		}
		const { user, system } = process.cpuUsage(before);
		expect((user + system) / 1e6).toBeLessThan(MOST_SECONDS);
	});
});
