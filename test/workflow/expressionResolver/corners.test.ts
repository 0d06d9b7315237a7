/**
 * The resolver against n8n's engines: every operator, function and method, with values at the
 * corners of what these tell apart. One mismatch is a bug. `DIFFERENTIAL_CASES` and
 * `DIFFERENTIAL_SEED` as in generated.test.ts.
 */
import fc from 'fast-check';
import { onEachEngine } from '../../support/workflow/expressionEngine.ts';
import { compareGenerated } from './support/compareGenerated.ts';
import { cornerItems, OPERANDS, USES } from './support/corners.ts';
import { Differential } from './support/Differential.ts';
import { inNode } from './support/inNode.ts';
import { oddItems } from './support/oddItems.ts';
import { seed } from './support/seed.ts';

const arbitraryUse = fc
	.tuple(fc.constantFrom(...USES), fc.constantFrom(...OPERANDS), fc.boolean())
	.map(([use, operand, isPart]) => {
		const code = use.replaceAll('@', operand);
		return isPart ? `=<{{ ${code} }}>` : `={{ ${code} }}`;
	});

onEachEngine(() => {
	it(
		`gives what the resolver gives (seed ${seed})`,
		async () => {
			await compareGenerated(arbitraryUse, [...cornerItems, ...oddItems], 1 / 2);
		},
		60 * 60_000,
	);

	it('gives only the names of enumerable elements', async () => {
		const list = Object.defineProperty([1, 2], '0', { enumerable: false });
		await inNode([{ json: { list } }], (context) => {
			const differential = new Differential(context);
			const raws = ['keys', 'values', 'entries'].map((name) => `={{ Object.${name}($json.list) }}`);
			expect(raws.flatMap((raw) => differential.mismatches(raw, [0]))).toEqual([]);
		});
	});

	it('gives nothing for an item that is not there', async () => {
		await inNode([{ json: { id: 1 } }], (context) => {
			const differential = new Differential(context);
			const codes = ['$json', '$json.id', '$json?.id ?? 5', '$itemIndex', '$input.item.json.id'];
			const raws = codes.flatMap((code) => [`={{ ${code} }}`, `=<{{ ${code} }}>`]);
			expect(raws.flatMap((raw) => differential.mismatches(raw, [1, 7]))).toEqual([]);
			expect(differential.counts.equal).toBe(4);
		});
	});

	it('refuses the same names of parameters', async () => {
		await inNode([{ json: { list: [{ id: 1 }] } }], (context) => {
			const differential = new Differential(context);
			const names = ['__sanitize', '___n8n_data', '__x', 'extend', 'process', 'name', '_'];
			const raws = names.map((name) => `={{ $json.list.map(${name} => ${name}.id) }}`);
			expect(raws.flatMap((raw) => differential.mismatches(raw, [0]))).toEqual([]);
		});
	});
});
