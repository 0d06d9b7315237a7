import fc from 'fast-check';

import { Redactor } from '../../../nodes/ConcurrentHttpRequest/secrets/Redactor.ts';
import { Redactors } from '../../../nodes/ConcurrentHttpRequest/secrets/Redactors.ts';
import { secretsOfRequest } from '../../../nodes/ConcurrentHttpRequest/secrets/secrets.ts';

const value = fc.constantFrom('first-secret', 'second-secret', 'n8n');

const request = fc.record({
	url: fc
		.constantFrom('', '?token=third-secret', '?token=fourth-secret', '?page=2')
		.map((query) => new URL(`https://api.example.com/${query}`)),
	headers: fc.dictionary(fc.constantFrom('x-api-key', 'cookie', 'accept'), value),
	secrets: fc.array(value, { maxLength: 2 }),
});

const TEXT = 'first-secret second-secret third-secret fourth-secret n8n';

it('hide what each request has, whatever came before it', () => {
	fc.assert(
		fc.property(fc.array(request), (requests) => {
			const redactors = new Redactors();
			for (const each of requests) {
				const alone = new Redactor(secretsOfRequest(each));
				expect(redactors.of(each).text(TEXT)).toBe(alone.text(TEXT));
			}
		}),
	);
});

it('hide what was added to a request since its first use', () => {
	const redactors = new Redactors();
	const url = new URL('https://api.example.com/');
	const headers: Record<string, string> = { accept: '*/*' };
	const secrets = ['first-secret'];
	redactors.of({ url, headers, secrets });
	secrets.push('second-secret');
	headers['x-api-key'] = 'third-secret';
	expect(redactors.of({ url, headers, secrets }).text(TEXT)).toBe('*** *** *** fourth-secret n8n');
});

it('are the same for the same secrets', () => {
	const redactors = new Redactors();
	const of = (path: string) =>
		redactors.of({
			url: new URL(path, 'https://api.example.com'),
			headers: { authorization: 'Bearer first-secret' },
			secrets: ['first-secret'],
		});
	expect(of('/1')).toBe(of('/2'));
});
