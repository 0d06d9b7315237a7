/** As test/workflow/generatedRuns.test.ts, for longer. */
import { expectEachRunExplained } from '../support/generatedRuns/expectEachRunExplained.ts';
import { beginRuns, current } from '../support/generatedRuns/performRun.ts';
import { useVirtualTime } from '../support/virtual/virtualTime.ts';

const mockCurrent = current;
jest.mock('undici/lib/core/connect.js', () => () => mockCurrent.network.buildConnector());

const HOUR = 3_600_000;

beforeAll(beginRuns);
beforeEach(useVirtualTime);
afterEach(() => jest.useRealTimers());

it(
	'gives each item once, in order, and sends no request that nothing explains',
	async () => {
		await expectEachRunExplained(Number(process.env.SOAK_RUNS ?? 20_000));
	},
	HOUR,
);
