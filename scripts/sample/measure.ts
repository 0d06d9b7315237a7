import type { INodeExecutionData } from 'n8n-workflow';
import type { ExecutionResult } from '../n8n/ExecutionResult.ts';
import { sampleAnswer } from './answers.ts';
import type { SampleStats } from './SampleApi.ts';

/** What came of sending one request for each of the customers 1 to `sent`. */
export interface Measurement extends SampleStats {
	itemsIn: number;
	/** Items of the main output, then of the error output. */
	answered: INodeExecutionData[];
	failed: INodeExecutionData[];
	/** From the start of the node's first run to the end of its last, in milliseconds. */
	time: number;
}

/**
 * @param node name of the node that sends the requests, once or in a loop
 * @throws if the execution failed or the node did not run
 */
export function measure(
	result: ExecutionResult,
	node: string,
	itemsIn: number,
	stats: SampleStats,
): Measurement {
	const runs = result.runData[node] ?? [];
	if (result.status !== 'success' || runs.length === 0) {
		throw new Error(
			`The execution ended as "${result.status}": ${result.error?.message ?? 'no reason given'}`,
		);
	}
	const outputs = (index: number) => runs.flatMap(({ data }) => data?.main?.[index] ?? []);
	const starts = runs.map(({ startTime }) => startTime);
	const ends = runs.map(({ startTime, executionTime }) => startTime + executionTime);
	return {
		...stats,
		itemsIn,
		answered: outputs(0),
		failed: outputs(1),
		time: Math.max(...ends) - Math.min(...starts),
	};
}

/**
 * Compares what our node did with what it promises.
 * @returns what is wrong, in sentences; nothing if all is well
 */
export function findFaults(measurement: Measurement, limit: number): string[] {
	const { itemsIn, answered, failed, requests, mostInFlight, connections } = measurement;
	const ids = Array.from({ length: itemsIn }, (_, index) => index + 1);
	const isAnswered = (id: number) => sampleAnswer(id).status === 200;
	const expected = ids.filter(isAnswered);
	const expectedFailures = ids.filter((id) => !isAnswered(id));
	const faults = [
		requests !== itemsIn && `${requests} requests were sent for ${itemsIn} items.`,
		mostInFlight > limit && `${mostInFlight} requests were in flight at once, ${limit} allowed.`,
		connections > limit && `${connections} connections were opened, ${limit} allowed.`,
		!equal(answered.map(idOf), expected) &&
			`The main output is not the ${expected.length} answers in the order of the items.`,
		!equal(answered.map(pairedIdOf), expected) && 'Answers are paired with wrong items.',
		!equal(failed.map(pairedIdOf), expectedFailures) &&
			`The error output is not the items ${expectedFailures.join(', ')}.`,
	];
	return faults.filter((fault) => fault !== false);
}

function idOf({ json }: INodeExecutionData): unknown {
	return json.id;
}

/** Id of the customer whose item the output is paired with: items are counted from 0, ids from 1. */
function pairedIdOf({ pairedItem }: INodeExecutionData): number {
	const pair = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
	return (typeof pair === 'object' ? pair.item : (pair ?? Number.NaN)) + 1;
}

function equal(actual: readonly unknown[], expected: readonly unknown[]): boolean {
	return (
		actual.length === expected.length && actual.every((value, index) => value === expected[index])
	);
}
