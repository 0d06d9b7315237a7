import { renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { IRun } from 'n8n-workflow';
import { MEASURED_NODE, REPORT_FOLDER } from './Report.ts';
import type { Report } from './Report.ts';
import { shared } from './shared.ts';

/**
 * n8n's external hooks (EXTERNAL_HOOK_FILES): after each execution the figures are written to a
 * file. So nothing of an execution has to be saved in n8n's database, and asking how far it has
 * come does not disturb what is measured.
 */
/** Characters. */
const LONGEST_REASON = 300;

const countsEngineCalls = countEngineCalls();

export const workflow = { postExecute: [report] };

async function report(run: IRun, _workflow: unknown, executionId: string): Promise<void> {
	// The execution failed before it came to the node that stops the measuring.
	await shared.meter?.stop();
	shared.meter = undefined;
	const { runData, error } = run.data.resultData;
	const runs = runData[MEASURED_NODE] ?? [];
	const starts = runs.map(({ startTime }) => startTime);
	const ends = runs.map(({ startTime, executionTime }) => startTime + executionTime);
	const result: Report = {
		status: run.status,
		error: error && describe(error),
		time: ends.reduce((a, b) => Math.max(a, b), 0) - starts.reduce((a, b) => Math.min(a, b)),
		answered: shared.answered,
		engineCalls: countsEngineCalls ? shared.engineCalls - shared.engineCallsBefore : undefined,
		reading: shared.reading,
	};
	const file = join(process.env[REPORT_FOLDER] ?? '.', `${executionId}.json`);
	writeFileSync(`${file}.new`, JSON.stringify(result));
	renameSync(`${file}.new`, file);
}

/** The cause, too: n8n's own sentence often tells little. */
function describe(error: { message: string; cause?: unknown; messages?: string[] }): string {
	const cause = error.cause instanceof Error ? error.cause.message : '';
	const sentences = [error.message, cause, ...(error.messages ?? [])].filter(Boolean);
	return [...new Set(sentences)].join(' - ').replace(/\s+/g, ' ').slice(0, LONGEST_REASON);
}

/** @returns false where n8n has no such method any more */
function countEngineCalls(): boolean {
	// The n8n-workflow that n8n itself uses, not one beside this file.
	const load = createRequire(process.argv[1] ?? '');
	const { Expression } = load('n8n-workflow') as {
		Expression: { prototype: { renderExpression?: (...args: unknown[]) => unknown } };
	};
	const { renderExpression } = Expression.prototype;
	if (!renderExpression) return false;
	Expression.prototype.renderExpression = function (...args) {
		shared.engineCalls++;
		return renderExpression.apply(this, args);
	};
	return true;
}
