import { readRunSettings } from '../../../nodes/ConcurrentHttpRequest/parameters/runSettings.ts';
import { parametersOf } from './parametersOf.ts';

const read = (options: object, more: object = {}) =>
	readRunSettings(parametersOf({ maxConcurrency: 1, options, ...more }));
const breaker = (circuitBreaker?: object) =>
	read(circuitBreaker ? { circuitBreaker: { circuitBreaker } } : {}, {
		retry: { retry: { settings: { totalTime: 5 } } },
	}).circuitBreaker;
const budget = (failureBudget?: object) =>
	read(failureBudget ? { failureBudget: { failureBudget } } : {}).failureBudget;

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
		[{ window: true }, '"Time Window" must be a number from 0.1, but it is true'],
		[{ whenOpen: 'pray' }, '"During the Pause" cannot be "pray"'],
	])('checks %j', (fields, message) => {
		if (message === undefined) expect(breaker(fields)).toMatchObject({ openFor: 30_000 });
		else expect(() => breaker(fields)).toThrow(message);
	});
});

describe('the failure budget', () => {
	it('does not exist without the option', () => {
		expect(budget()).toBeUndefined();
	});

	it('is a share by default', () => {
		expect(budget({})).toEqual({ maxFailures: undefined, maxShare: 0.5, minimumItems: 20 });
		expect(budget({ maxShare: 5, minimumItems: 3 })).toMatchObject({
			maxShare: 0.05,
			minimumItems: 3,
		});
	});

	it('may be a count', () => {
		expect(budget({ measure: 'count' })).toMatchObject({ maxFailures: 10, maxShare: undefined });
		expect(budget({ measure: 'count', maxFailures: 0 })).toMatchObject({ maxFailures: 0 });
	});

	it.each([
		[{ maxShare: 101 }, '"Max Failures (%)" must be a number from 0 to 100, but it is 101'],
		[{ measure: 'count', maxFailures: -1 }, '"Max Failures" must be a whole number from 0'],
		[{ measure: 'luck' }, '"Measure" cannot be "luck"'],
	])('refuses %j', (fields, message) => {
		expect(() => budget(fields)).toThrow(message);
	});
});
