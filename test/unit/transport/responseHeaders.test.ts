import fc from 'fast-check';
import { createServer, get } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import { toResponseHeaders } from '../../../nodes/ConcurrentHttpRequest/transport/responseHeaders.ts';

type Lines = Array<readonly [name: string, value: string]>;

/** Header lines as undici hands them over. */
function grouped(lines: Lines): Record<string, string | string[]> {
	const headers: Record<string, string | string[]> = {};
	for (const [name, value] of lines) {
		const earlier = headers[name];
		headers[name] = earlier === undefined ? value : [earlier, value].flat();
	}
	return headers;
}

const NAMES = [
	'age authorization content-type etag expires from host last-modified location',
	'max-forwards referer retry-after server user-agent if-modified-since',
	'if-unmodified-since proxy-authorization set-cookie cookie x-a vary link',
	'cache-control accept date www-authenticate allow via content-encoding',
].flatMap((line) => line.split(' '));
const values = fc.string({ unit: fc.constantFrom('a', 'b', '1', ';', '"', '='), minLength: 1 });
const lines = fc.array(fc.tuple(fc.constantFrom(...NAMES), values), { minLength: 1, maxLength: 8 });
/** Each of them in three lines. */
const all: Lines = ['a', 'b', 'a'].flatMap((value) => NAMES.map((name) => [name, value] as const));

it('joins repeated lines as the HTTP client of Node does', async () => {
	let sent: Lines = [];
	const server = createServer((_request, response) => {
		const raw = sent.map(([name, value]) => `${name}: ${value}\r\n`).join('');
		response.socket?.end(`HTTP/1.1 200 OK\r\n${raw}\r\n`);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const headersByNode = () =>
		new Promise<IncomingHttpHeaders>((resolve, reject) => {
			get({ port, host: '127.0.0.1', agent: false }, (response) => {
				response.resume();
				response.once('end', () => resolve(response.headers));
			}).once('error', reject);
		});
	try {
		await fc.assert(
			fc.asyncProperty(lines as fc.Arbitrary<Lines>, async (list) => {
				sent = list;
				expect(toResponseHeaders(grouped(list))).toEqual({ ...(await headersByNode()) });
			}),
			{ numRuns: 50, examples: [[all]] },
		);
	} finally {
		server.close();
		server.closeAllConnections();
	}
});

it('leaves out what is not there', () => {
	expect(toResponseHeaders({ 'x-a': undefined, 'x-b': '' })).toEqual({ 'x-b': '' });
});
