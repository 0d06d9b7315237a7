import { readRunSettings } from '../../../nodes/ConcurrentHttpRequest/parameters/runSettings.ts';
import { parametersOf } from './parametersOf.ts';

const read = (options: object, more: object = {}) =>
	readRunSettings(parametersOf({ maxConcurrency: 1, options, ...more }));
const breaker = (circuitBreaker?: object) =>
	read(circuitBreaker ? { circuitBreaker: { circuitBreaker } } : {}, {
		retry: { retry: { settings: { totalTime: 5 } } },
	}).circuitBreaker;
const stopAfter = (fields?: object) =>
	read(fields ? { stopAfter: { stopAfter: fields } } : {}).stopAfter;

describe('the circuit breaker', () => {
	it('does not exist without the option', () => {
		expect(breaker()).toBeUndefined();
	});

	it('has defaults', () => {
		expect(breaker({})).toEqual({
			failureShare: 0.5,
			minimumRequests: 20,
			window: 30_000,
			openFor: 30_000,
			trials: 3,
			whenOpen: 'wait',
			longestWait: 5000,
		});
	});

	it('takes every field', () => {
		const fields = { failureShare: 10, minimumRequests: 5 };
		expect(breaker({ ...fields, window: 1, openFor: 0.05, whenOpen: 'fail' })).toEqual({
			...fields,
			failureShare: 0.1,
			window: 1000,
			openFor: 50,
			trials: 3,
			whenOpen: 'fail',
			longestWait: 5000,
		});
	});

	it.each([
		[{ failureShare: 0 }, '"Failures (%)" must be a number from 1 to 100, but it is 0'],
		[{ minimumRequests: 1.5 }, '"Minimum Requests" must be a whole number from 1'],
		[{ openFor: null }, undefined],
		[{ window: true }, '"Time Window (Seconds)" must be a number from 0.1, but it is true'],
		[{ whenOpen: 'pray' }, '"During the Pause" cannot be "pray"'],
	])('checks %j', (fields, message) => {
		if (message === undefined) expect(breaker(fields)).toMatchObject({ openFor: 30_000 });
		else expect(() => breaker(fields)).toThrow(message);
	});
});

describe('Stop After', () => {
	it('does not exist without the option', () => {
		expect(stopAfter()).toBeUndefined();
	});

	it.each([
		[{}, { after: 'time', time: 300_000 }],
		[
			{ after: 'time', time: '1.5' },
			{ after: 'time', time: 1500 },
		],
		[{ after: 'failedItems' }, { after: 'failedItems', failedItems: 10 }],
		[
			{ after: 'failedItems', failedItems: 1 },
			{ after: 'failedItems', failedItems: 1 },
		],
		[{ after: 'failedShare' }, { after: 'failedShare', failedShare: 0.5, minimumItems: 20 }],
		[
			{ after: 'failedShare', failedShare: 5, minimumItems: 3 },
			{ after: 'failedShare', failedShare: 0.05, minimumItems: 3 },
		],
	])('reads %j', (fields, expected) => {
		expect(stopAfter(fields)).toEqual(expected);
	});

	it.each([
		[{ time: 0.5 }, '"Time (Seconds)" must be a number from 1, but it is 0.5'],
		[
			{ after: 'failedShare', failedShare: 101 },
			'"Failed Items (%)" must be a number from 1 to 100, but it is 101',
		],
		[
			{ after: 'failedItems', failedItems: 0 },
			'"Failed Items" must be a whole number from 1, but it is 0',
		],
		[{ after: 'luck' }, '"Condition" cannot be "luck"'],
	])('refuses %j', (fields, message) => {
		expect(() => stopAfter(fields)).toThrow(message);
	});
});
