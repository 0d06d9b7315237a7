/** Bodies of errors that an error item cannot show as a whole. Source: CWE-400, CWE-409. */
import { gzipSync } from 'node:zlib';
import { MAX_SHOWN } from '../../../nodes/ConcurrentHttpRequest/secrets/Redactor.ts';
import { RawServer } from '../../support/RawServer.ts';
import { sendItems } from '../../support/workflow/sendItems.ts';

it.each([
	['a list of a million texts', JSON.stringify(Array(1_000_000).fill('a')), '… 950001 more'],
	[
		'a text of two million characters',
		JSON.stringify(['a'.repeat(2_000_000)]),
		`${'a'.repeat(1_000_000)}…`,
	],
])('shows the beginning of %s, and says so', async (_name, json, last) => {
	const body = gzipSync(json);
	expect(body.length).toBeLessThan(10_000);
	const server = await RawServer.start(({ socket }) => {
		socket.write(
			`HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`,
		);
		socket.write(body);
	});
	try {
		const { items } = await sendItems(
			{
				url: server.origin,
				...{ authentication: 'genericCredentialType', genericAuthType: 'httpBasicAuth' },
			},
			{
				credentials: { httpBasicAuth: { user: 'me', password: 'hunter2' } },
				onError: 'continueRegularOutput',
			},
		);
		const { details } = items[0]!.json as { details: { body: string[]; bodyCut: string } };
		expect(details.bodyCut).toBe(
			`The response has ${json.length} bytes. Only its beginning is shown: at most 50000 values, 1000000 characters and 50 levels.`,
		);
		expect(details.body.length).toBeLessThanOrEqual(MAX_SHOWN.values);
		expect(details.body.at(-1)).toBe(last);
	} finally {
		await server.close();
	}
});
