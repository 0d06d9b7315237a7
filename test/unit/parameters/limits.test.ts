import fc from 'fast-check';

import { createLimits } from '../../../nodes/ConcurrentHttpRequest/limits/createLimits';
import { SharedLimits } from '../../../nodes/ConcurrentHttpRequest/limits/shared/SharedLimits';
import { InvalidParameter } from '../../../nodes/ConcurrentHttpRequest/parameters/InvalidParameter';
import {
	type Account,
	readCosts,
	readRunLimits,
} from '../../../nodes/ConcurrentHttpRequest/parameters/limits';
import { VirtualClock } from '../../support/VirtualClock';
import { parametersOf } from './parametersOf';

interface Given extends Record<string, unknown> {
	rateLimits?: object;
}

/** Rate Limits, and options. */
const given = ({ rateLimits, ...options }: Given) =>
	parametersOf({ ...(rateLimits && { rateLimits }), options });
const read = (limits: Given, account?: Account) => readRunLimits(given(limits), 10, account);
const rows = (...limits: Array<Record<string, unknown>>): Given => ({ rateLimits: { limits } });

describe('the limits of a node', () => {
	it('do not exist unless they are set', () => {
		expect(read({})).toEqual({ rateLimits: [], shared: [] });
	});

	it.each([
		['ms', 1],
		['seconds', 1000],
		['minutes', 60_000],
		['hours', 3_600_000],
		['days', 86_400_000],
	])('are read in %s', (intervalUnit, size) => {
		const { rateLimits } = read(rows({ amount: 5, interval: 2, intervalUnit }));
		expect(rateLimits).toEqual([{ amount: 5, interval: 2 * size, spreadEvenly: false }]);
	});

	it('may have a safety margin, in seconds', () => {
		const { rateLimits } = read(rows({ amount: 5, intervalUnit: 'seconds', safetyMargin: '0.2' }));
		expect(rateLimits).toEqual([
			{ amount: 5, interval: 1000, safetyMargin: 200, spreadEvenly: false },
		]);
		expect(() => read(rows({ safetyMargin: -1 }))).toThrow('"Safety Margin (Seconds)"');
	});

	it('know which cost belongs to which limit, and which is spread', () => {
		const limits = rows(
			{ amount: 500 },
			{ amount: 90_000, counts: 'cost', cost: 12.5, costName: ' tokens ', spreadEvenly: true },
			{ amount: '10', interval: '1', intervalUnit: 'days', counts: 'cost', cost: '3' },
		);
		expect(read(limits).rateLimits).toEqual([
			{ amount: 500, interval: 60_000, spreadEvenly: false },
			{ amount: 90_000, interval: 60_000, spreadEvenly: true, unit: 'tokens', costIndex: 0 },
			{ amount: 10, interval: 86_400_000, spreadEvenly: false, unit: 'units', costIndex: 1 },
		]);
		expect(readCosts(given(limits))).toEqual([12.5, 3]);
	});

	it.each<[string, Record<string, unknown>]>([
		['At Most', { amount: 0 }],
		['At Most', { amount: '' }],
		['At Most', { amount: 'many' }],
		['Every', { interval: -1 }],
		['Interval Unit', { intervalUnit: 'weeks' }],
	])('are refused where %s is wrong: %j', (field, row) => {
		expect(() => read(rows({ amount: 1, interval: 1, ...row }))).toThrow(`"${field}" `);
	});

	it.each([-1, NaN, '', 'abc', Infinity, true])('refuse a cost of %p', (cost) => {
		const limits = rows({ amount: 1, counts: 'cost', cost });
		expect(() => readCosts(given(limits))).toThrow('"Cost" of a rate limit must be');
	});

	it('may hold per host', () => {
		expect(read({ maxConcurrencyPerHost: '3' }).maxConcurrencyPerHost).toBe(3);
		expect(() => read({ maxConcurrencyPerHost: 0 })).toThrow('"Max Concurrency per Host"');
		expect(() => read({ maxConcurrencyPerHost: 1.5 })).toThrow('"Max Concurrency per Host"');
	});

	it('are refused where their scope is unknown or has no name', () => {
		expect(() => read({ limitScope: 'name' })).toThrow('"Limit Name" is empty');
		expect(() => read({ limitScope: 'world' })).toThrow('"Limits Hold For" cannot be "world"');
	});

	it('throw only errors that name the field', () => {
		fc.assert(
			fc.property(fc.anything(), fc.anything(), fc.anything(), (a, b, c) => {
				try {
					const limits = { rateLimits: { limits: [a] }, batching: { batch: b }, limitScope: c };
					read(limits);
					readCosts(given(limits));
				} catch (error) {
					expect(error).toBeInstanceOf(InvalidParameter);
				}
			}),
		);
	});
});

describe('batching', () => {
	const batching = (batch: Record<string, unknown>) => read({ batching: { batch } }).batching;

	it('has the defaults of HTTP Request', () => {
		expect(batching({})).toEqual({ size: 50, pause: 1000 });
	});

	it.each([
		[
			{ batchSize: 0, batchInterval: 10 },
			{ size: 1, pause: 10 },
		],
		[
			{ batchSize: '5', batchInterval: '10' },
			{ size: 5, pause: 10 },
		],
		[{ batchSize: -1, batchInterval: 10 }, undefined],
		[{ batchSize: 5, batchInterval: 0 }, undefined],
	])('of %j is %j', (batch, expected) => {
		expect(batching(batch)).toEqual(expected);
	});

	it('is refused where it is not a number', () => {
		expect(() => batching({ batchInterval: 'soon' })).toThrow('"Batch Interval (ms)"');
		expect(() => batching({ batchSize: 'few' })).toThrow('"Items per Batch"');
	});
});

describe('the limits of a run', () => {
	const perMinute = { amount: 5, interval: 60_000, spreadEvenly: false };
	const account = {
		id: 'c1',
		data: {
			maxConcurrency: 20,
			rateLimits: { limits: [{ amount: 7, interval: 1, intervalUnit: 'seconds' }] },
		},
	};
	const plain = { id: 'c1', data: { token: 'secret' } };
	const budget = rows({ amount: 5 });

	it('are its own by default', () => {
		expect(read(budget)).toEqual({ rateLimits: [perMinute], shared: [] });
	});

	it('include those of the account', () => {
		expect(read(budget, account)).toEqual({
			rateLimits: [perMinute],
			shared: [
				{ key: 'credential:c1', concurrency: 20, rateLimits: [{ amount: 7, interval: 1000 }] },
			],
		});
	});

	it('are shared by name, with Max Concurrency', () => {
		expect(read({ ...budget, limitScope: 'name', limitName: ' api ' }, plain)).toEqual({
			rateLimits: [],
			shared: [{ key: 'name:api', concurrency: 10, rateLimits: [perMinute] }],
		});
	});

	it('are shared by credential, the stricter of the node’s and the account’s', () => {
		const options = { ...budget, limitScope: 'credential' };
		expect(read(options, account).shared).toEqual([
			{
				key: 'credential:c1',
				concurrency: 10,
				rateLimits: [perMinute, { amount: 7, interval: 1000 }],
			},
		]);
		expect(read(options, plain).shared).toEqual([
			{ key: 'credential:c1', concurrency: 10, rateLimits: [perMinute] },
		]);
	});

	it('have a Cost Name each where they are shared and count a cost in the same interval', () => {
		const cost = { amount: 30_000, counts: 'cost', cost: 1 };
		const shared = { limitScope: 'name', limitName: 'api' };
		expect(read(rows(cost, cost)).rateLimits).toHaveLength(2);
		expect(() => read({ ...rows(cost, cost), ...shared })).toThrow(
			'"Cost Name" is "units" in two rate limits of the same interval',
		);
		const [first] = read({ ...rows(cost, { ...cost, interval: 60 }), ...shared }).shared;
		expect(first?.rateLimits).toHaveLength(2);
		const [named] = read({ ...rows(cost, { ...cost, costName: 'output' }), ...shared }).shared;
		expect(named?.rateLimits).toHaveLength(2);
	});

	it('need a credential to be shared by it', () => {
		expect(() => read({ limitScope: 'credential' })).toThrow('this node uses no credential');
	});

	it.each([-1, 2.5, 'x'])('refuse a concurrency of %p in the credential', (maxConcurrency) => {
		const credential = { id: 'c1', data: { maxConcurrency } };
		expect(() => read({}, credential)).toThrow('"Max Concurrency of the Credential" must be');
	});

	it('become limits, which the run leaves when it ends', () => {
		const registry = new SharedLimits(new VirtualClock());
		const options = { ...budget, maxConcurrencyPerHost: 2, batching: { batch: {} } };
		const { limits, leave } = createLimits(read(options, account), (stated) =>
			registry.join(stated),
		);
		expect(limits.map(({ constructor }) => constructor.name)).toEqual([
			'PerOriginConcurrency',
			'Batching',
			'RateLimit',
			'SharedLimitMember',
		]);
		expect(registry.size).toBe(1);
		leave();
		expect(registry.size).toBe(0);
	});
});
