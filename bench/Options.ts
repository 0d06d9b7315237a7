import { parseArgs } from 'node:util';
import { PlainError } from '../scripts/lib/PlainError.ts';
import type { Case } from './Case.ts';

export interface Options {
	/** Fewer items and a single run: the same fields in under three minutes. */
	quick: boolean;
	/** How often each client runs. */
	runs: number;
	cases: Case[];
	/** Names of the only clients that run; all, if left out. */
	clients: string[] | undefined;
	/** Whether to take CPU profiles of n8n. They slow down what is measured. */
	profile: boolean;
	/** Whether it is the benchmark as a whole, the results of which are kept in the repository. */
	isWhole: boolean;
}

const RUNS = 5;
const QUICK_RUNS = 1;

const usage = `npm run bench -- [options]
  --quick         fewer items, one run: under three minutes; the figures mean little
  --runs <n>      how often each client runs (${RUNS}, with --quick ${QUICK_RUNS})
  --case <names>  only these cases, with commas between
  --client <names> only these clients, for example ours,undici
  --profile       also takes CPU profiles of n8n, and says where the time went`;

/** @throws if an argument is not understood */
export function readOptions(args: string[], all: Case[]): Options {
	const { values } = parseArgs({
		args,
		options: {
			quick: { type: 'boolean', default: false },
			runs: { type: 'string' },
			case: { type: 'string' },
			profile: { type: 'boolean', default: false },
			client: { type: 'string' },
		},
	});
	const { quick, profile } = values;
	const runs = Number(values.runs ?? (quick ? QUICK_RUNS : RUNS));
	if (!Number.isInteger(runs) || runs < 1) throw new PlainError(usage);
	const cases = values.case === undefined ? all : pick(values.case.split(','), all);
	const clients = values.client?.split(',');
	const isWhole = !quick && !profile && !clients && cases === all && runs >= RUNS;
	return { quick, runs, cases, clients, profile, isWhole };
}

function pick(names: string[], all: Case[]): Case[] {
	return names.map((name) => {
		const found = all.find((case_) => case_.name === name);
		if (found) return found;
		const known = all.map((case_) => case_.name).join(', ');
		throw new PlainError(`There is no case "${name}". The cases are: ${known}.`);
	});
}
