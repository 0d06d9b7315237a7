import { setImmediate } from 'node:timers/promises';
import { showProgress } from '../../../scripts/lib/progress.ts';

let written: string[];

beforeEach(() => {
	written = [];
	jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
		// Without what clears the line of a terminal.
		const shown = String(text).replace('\r\x1b[K', '');
		if (shown !== '') written.push(shown);
		return true;
	});
});

afterEach(() => jest.restoreAllMocks());

it('shows nothing where the detail fails, and goes on', async () => {
	const { done } = showProgress('Sending', () => Promise.reject(new Error('refused')));
	await setImmediate();
	done('Sent');
	expect(written).toEqual(['Sent (0 s)\n']);
});

it('shows nothing after the stop', async () => {
	const { stop } = showProgress('Sending', () => Promise.resolve('5 requests'));
	stop();
	await setImmediate();
	expect(written).toEqual([]);
});
