import { markdownTables, plainTable } from '../../../scripts/compat/tables.ts';
import type { Results } from '../../../scripts/compat/tables.ts';
import { isRefused } from '../../../scripts/compat/versions.ts';

it.each([
	['1.123.81', true],
	['2.3.0', true],
	['2.29.9', true],
	['2.30.0', false],
	['2.100.0', false],
	['10.0.0', false],
])('expects n8n %s to be refused: %s', (version, refused) => {
	expect(isRefused(version)).toBe(refused);
});

const results: Results = new Map([
	['2.22.6', [{ group: 'Refusal', name: 'sends nothing', outcome: 'passed' }]],
	[
		'2.30.0',
		[
			{ group: 'Credentials', name: 'Bearer', outcome: 'passed' },
			{ group: 'Credentials', name: 'Custom', outcome: 'absent' },
			{ group: 'Credentials', name: 'a|b', outcome: 'failed' },
		],
	],
]);

it('shows a row for each check and a column for each version', () => {
	const lines = plainTable(results).split('\n');
	expect(lines.map((line) => line.replace(/ {2,}/g, ' '))).toEqual([
		' 2.22.6 2.30.0',
		expect.stringMatching(/^-+$/),
		'Refusal: sends nothing yes',
		'Credentials: Bearer yes',
		'Credentials: Custom -',
		'Credentials: a|b NO',
		'passed 1 of 1 1 of 2',
	]);
});

it('writes a table for each group with the versions that it was run on', () => {
	expect(markdownTables(results).split('\n')).toEqual([
		'| n8n | 2.22.6 | 2.30.0 |',
		'| --- | --: | --: |',
		'| Checks passed | 1 of 1 | 1 of 2 |',
		'',
		'| Refusal | 2.22.6 |',
		'| --- | --: |',
		'| sends nothing | ✓ |',
		'',
		'| Credentials | 2.30.0 |',
		'| --- | --: |',
		'| Bearer | ✓ |',
		'| Custom | – |',
		'| a\\|b | **✗** |',
	]);
});
