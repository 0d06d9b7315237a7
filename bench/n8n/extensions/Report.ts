import type { Reading } from '../../measure/Reading.ts';

/** What n8n's hook writes down of an execution. */
export interface Report {
	status: string;
	/** Why it failed. */
	error: string | undefined;
	/** From the start of the measured node's first run to the end of its last, in milliseconds. */
	time: number;
	answered: number;
	engineCalls: number | undefined;
	/** Missing where the execution did not come that far. */
	reading: Reading | undefined;
}

/** Name of the measured node in every workflow of the benchmark. */
export const MEASURED_NODE = 'Measured';
/** Environment variable with the folder where reports go, `<execution id>.json` each. */
export const REPORT_FOLDER = 'BENCH_REPORT_FOLDER';
/** Environment variable with the folder where CPU profiles go; none are made without it. */
export const PROFILE_FOLDER = 'BENCH_PROFILE_FOLDER';
