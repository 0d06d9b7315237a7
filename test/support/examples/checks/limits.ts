import type { ExampleCheck } from '../ExampleCheck.ts';
import { answered, idsUpTo } from '../outcomes.ts';

/**
 * Runs two executions at once until so many requests have been answered; more must not have come.
 * Without a limit that they share, each would send all of its 25.
 */
function sharedLimit(requests: number): ExampleCheck {
	return {
		runs: 2,
		until: answered(requests),
		expect: ({ server, runs }) => {
			expect(server.requests).toHaveLength(requests);
			expect(runs).toHaveLength(2);
		},
	};
}

/**
 * What holds requests back: docs/options/limits.md. No test waits for the time to pass. Answers take
 * a moment, so a request too many is in flight, and counted, before the ones allowed are answered.
 */
export const limitChecks: Record<string, ExampleCheck> = {
	'batching.json': {
		until: answered(20),
		expect: ({ server }) => expect(server.requests).toHaveLength(20),
	},

	'rate-limits.json': {
		until: answered(9),
		expect: ({ server }) => expect(server.requests).toHaveLength(9),
	},

	'spread-evenly.json': {
		until: answered(1),
		expect: ({ server }) => expect(server.requests).toHaveLength(1),
	},

	'per-host.json': {
		expect: ({ server, items }) => {
			expect(server.mostInFlight).toBe(2);
			expect(items.map(({ json }) => json.id)).toEqual(idsUpTo(10).map(String));
		},
	},

	'obey-server-limits.json': {
		expect: ({ server, items }) => {
			expect(server.requests).toHaveLength(3);
			expect(items).toHaveLength(3);
		},
	},

	'limits-by-name.json': sharedLimit(30),

	'limits-by-credential.json': {
		...sharedLimit(30),
		credentials: () => ({ httpBearerAuth: { token: 'secret' } }),
	},
};
