/** Whatever servers do, and whenever a run ends: random runs of the real node, in virtual time. */
import { expectEachRunExplained } from '../support/generatedRuns/expectEachRunExplained.ts';
import { beginRuns, current } from '../support/generatedRuns/performRun.ts';
import { useVirtualTime } from '../support/virtual/virtualTime.ts';

const mockCurrent = current;
jest.mock('undici/lib/core/connect.js', () => () => mockCurrent.network.buildConnector());

beforeAll(beginRuns);
beforeEach(useVirtualTime);
afterEach(() => jest.useRealTimers());

it('gives each item once, in order, and sends no request that nothing explains', async () => {
	await expectEachRunExplained(700);
});
