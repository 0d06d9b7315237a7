/**
 * What each part of `QuotaEstimate` is worth against servers that it was not tuned on, in virtual time:
 * 1,000 items, responses that tell nothing but Retry-After.
 *
 * `node bench/quotas/quotas.ts [file for the runs, as JSON]`
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

import type { Measured } from './measure.ts';

interface Variant {
	readonly name: string;
	/** What is left out of `QuotaEstimate.ts`, and what stands there instead. */
	readonly without: ReadonlyArray<readonly [code: string, instead: string]>;
	readonly withoutEstimate?: boolean;
}

const REFILL = ['this.isRefilling(last, refusedUntil)', 'false'] as const;

const VARIANTS: readonly Variant[] = [
	{ name: 'a: everything', without: [] },
	{ name: 'b: no RefillRate', without: [REFILL] },
	{ name: 'c: no QuotaEstimate', without: [], withoutEstimate: true },
];

const FOLDER = join(import.meta.dirname, '../../node_modules/.cache/quotas');

/** @throws if the code is not there any more */
function leaveOut(without: Variant['without']): Plugin {
	return {
		name: 'leave out',
		setup(building) {
			building.onLoad({ filter: /QuotaEstimate\.ts$/ }, async ({ path }) => {
				let contents = await readFile(path, 'utf8');
				for (const [code, instead] of without) {
					if (!contents.includes(code)) throw new Error(`QuotaEstimate.ts has no ${code}`);
					contents = contents.replace(code, instead);
				}
				return { contents, loader: 'ts' };
			});
		},
	};
}

async function run({ without, withoutEstimate = false }: Variant, index: number) {
	const outfile = join(FOLDER, `variant${index}.cjs`);
	await build({
		entryPoints: [join(import.meta.dirname, 'measure.ts')],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		external: ['n8n-core', 'n8n-workflow', '@n8n/*'],
		plugins: [leaveOut(without)],
		logLevel: 'error',
	});
	const { measure } = (await import(outfile)) as {
		measure: (withoutEstimate: boolean) => Promise<Measured[]>;
	};
	return await measure(withoutEstimate);
}

const mean = (numbers: readonly number[]) =>
	numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

function row(key: string, runs: readonly Measured[]): string {
	const of = (name: 'time' | 'refusals' | 'laterRefusals' | 'failed') =>
		runs.map((run) => run[name]);
	const time = `${((mean(of('time')) - 1) * 100).toFixed(1)} %`;
	const slowest = `${((Math.max(...of('time')) - 1) * 100).toFixed(0)} %`;
	const numbers = (['refusals', 'laterRefusals', 'failed'] as const).map((name) =>
		mean(of(name)).toFixed(1),
	);
	const most = String(Math.max(...of('refusals')));
	return `| ${[key, time, slowest, numbers[0], most, ...numbers.slice(1)].join(' | ')} |`;
}

await mkdir(FOLDER, { recursive: true });
const all: Array<Measured & { variant: string }> = [];
for (const [index, variant] of VARIANTS.entries()) {
	for (const each of await run(variant, index)) all.push({ ...each, variant: variant.name });
	console.error(`${variant.name}: done`);
}
const [file] = process.argv.slice(2);
if (file !== undefined) await writeFile(file, JSON.stringify(all));
console.log('| quota | variant | time | slowest | refused | most | after 1 s | failed |');
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
const groups = new Map<string, Array<(typeof all)[number]>>();
for (const each of all) {
	const { numbers, kind, latency, variant } = each;
	const names = [`${numbers}, all`, `${numbers}, ${latency}`, `${numbers}, ${kind}, ${latency}`];
	for (const name of names) {
		const key = `${name} | ${variant}`;
		groups.set(key, [...(groups.get(key) ?? []), each]);
	}
}
for (const [key, runs] of [...groups].sort()) console.log(row(key, runs));
