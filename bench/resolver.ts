import { formatTable } from '../scripts/lib/table.ts';
import { loadSuite } from './micro/loadSuite.ts';
import type { Suite } from './micro/loadSuite.ts';
import { measure } from './micro/measure.ts';
import type { ResolverFigures } from './report/Results.ts';

interface ResolverSuite extends Suite {
	resolvedShare(): number;
}

/** What it takes to evaluate parameters without n8n's engine, and how often that can be done. */
export async function measureResolver(): Promise<ResolverFigures> {
	const suite = await loadSuite<ResolverSuite>('expressions.bench.ts');
	const timings = await measure(suite.subjects);
	return {
		microseconds: Object.fromEntries(
			timings.map(({ name, nanoseconds }) => [name, nanoseconds / 1000]),
		),
		resolvedShare: suite.resolvedShare(),
	};
}

/** The same as lines of text. */
export function resolverTable({ microseconds, resolvedShare }: ResolverFigures): string {
	const rows = Object.entries(microseconds).map(([name, value]) => [name, value.toFixed(2)]);
	const share = `${(resolvedShare * 100).toFixed(0)} %`;
	return [
		formatTable([["evaluating without n8n's engine", 'microseconds'], ...rows]),
		`Of everyday expressions ${share} need no engine for an item (the lists of the tests).`,
	].join('\n');
}
