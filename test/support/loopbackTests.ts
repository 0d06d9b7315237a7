/** Jest loads this before each test file of the layers `unit` and `workflow`. */
import { takeRefusals } from './loopbackOnly.ts';

// A refusal that the node reports like any failed connection would go unnoticed.
afterEach(() => {
	expect(takeRefusals()).toEqual([]);
});
