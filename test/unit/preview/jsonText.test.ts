import fc from 'fast-check';

import { hideInJson, isWrittenAs } from '../../../nodes/ConcurrentHttpRequest/preview/jsonText.ts';

const hideSecrets = (json: string) =>
	hideInJson(json, (text) => text.replaceAll(/typed-\d/g, '***'));

it('changes nothing where nothing is hidden', () => {
	const values = fc.json({ stringUnit: 'binary' }).map((json) => JSON.parse(json) as unknown);
	fc.assert(
		fc.property(values, fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
			const json = JSON.stringify(value, null, indent);
			expect(hideSecrets(json)).toBe(json);
			expect(isWrittenAs(JSON.parse(json), json)).toBe(true);
		}),
	);
});

it.each([
	['{"token":"a"}', '{"token":"***"}'],
	['{"tokens":[[1,{"a":[2]}],3],"a":4}', '{"tokens":[["***",{"a":[2]}],"***"],"a":4}'],
	['["token",{"{token":"}"},"a"]', '["token",{"{token":"***"},"a"]'],
	['{"typed-1":["typed-2 "]}', '{"***":["*** "]}'],
])('hides texts and numbers in %s', (json, hidden) => {
	expect(hideSecrets(json)).toBe(hidden);
});

it.each(['[12345678901234567890]', '[1.0]', '[1e2]', '{"a":1,"a":2}'])(
	'does not say that data are written as %s',
	(json) => {
		expect(isWrittenAs(JSON.parse(json), json)).toBe(false);
	},
);

it('takes depths and lengths that would be too much for a stack', () => {
	const deep = '['.repeat(100_000) + ']'.repeat(100_000);
	const long = JSON.stringify(['\n'.repeat(4_000_000)]);
	expect(hideSecrets(deep) === deep && hideSecrets(long) === long).toBe(true);
});
