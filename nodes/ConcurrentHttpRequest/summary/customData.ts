import { cutAfter } from '../common/cutAfter';
import type { EndedRun } from './toSummary';

/** Characters of a key and of a value that n8n keeps. */
const LONGEST_KEY = 50;
const LONGEST_VALUE = 255;

/**
 * Four figures of the run that n8n shows with the execution, and by which the list of executions can be
 * filtered: `Get_orders_failed` is `3`. n8n keeps ten of an execution, those of other nodes included.
 */
export function customDataOf(
	nodeName: string,
	{ items, statistics, latency }: EndedRun,
): Record<string, string> {
	const failures = statistics.failuresByKind().map(({ kind }) => kind);
	const values = {
		items: String(items),
		failed: String(items - statistics.itemsSucceeded),
		failures: failures.length === 0 ? 'none' : failures.join(', '),
		p99_ms: String(Math.round(latency?.p99 ?? 0)),
	};
	return Object.fromEntries(
		Object.entries(values).map(([name, value]) => [
			keyOf(nodeName, name),
			value.slice(0, LONGEST_VALUE),
		]),
	);
}

/** n8n takes letters, digits and underscores. Half a letter of two UTF-16 units is none of them. */
function keyOf(nodeName: string, name: string): string {
	const prefix = nodeName.replace(/[^\p{L}\p{N}\p{M}]+/gu, '_');
	return `${cutAfter(prefix, LONGEST_KEY - name.length - 1)}_${name}`;
}
