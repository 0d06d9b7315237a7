import type { INodeExecutionData } from 'n8n-workflow';
import { RawServer } from '../../support/RawServer.ts';
import { TestServer } from '../../support/TestServer.ts';
import { numbered } from '../../support/workflow/runWorkflow.ts';
import { jsonOf, pairsOf, sendItems } from '../../support/workflow/sendItems.ts';

let server: RawServer;

afterEach(async () => {
	await server.close();
});

const textOf = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const TWICE = 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked';

/** A failure of the request is an object; one of the response is a text. */
function messageOf(item: INodeExecutionData | undefined): string {
	const error = item?.json.error as string | { message: string };
	return typeof error === 'string' ? error : error.message;
}

/** Sends `/0`, `/1` and so on; the response to each but the first is its own path. */
async function sendPaths(count: number, first: string, method = 'GET', maxConcurrency = 1) {
	server = await RawServer.start(({ socket, url }) => {
		socket.write(url === '/0' ? first : textOf(url), 'latin1');
	});
	return await sendAll(count, method, maxConcurrency);
}

async function sendAll(count: number, method: string, maxConcurrency: number) {
	const { items, errors } = await sendItems(
		{
			...{ method, maxConcurrency, url: `=${server.origin}/{{ $json.id }}` },
			options: { response: { response: { responseFormat: 'text' } } },
			retry: { retry: {} },
		},
		{
			items: Array.from({ length: count }, (_, id) => ({ json: { id } })),
			onError: 'continueErrorOutput',
		},
	);
	return { items, errors, texts: items.map(({ json }) => json.data) };
}

describe('a response that does not keep to HTTP', () => {
	// RFC 9112 sections 2.2 to 7.1: what a recipient must not, or need not, accept. HTTP Request's
	// parser refuses the same.
	it.each([
		['two lengths', 'Content-Length: 2\r\nContent-Length: 4', 'full', /two Content-Length headers/],
		['the same length twice', 'Content-Length: 4\r\nContent-Length: 4', 'full', /two Content-Len/],
		['a list of lengths', 'Content-Length: 4, 4', 'full', /Content-Length .+ not a number/],
		['a negative length', 'Content-Length: -1', 'full', /Content-Length .+ not a number/],
		['a length with a sign', 'Content-Length: +4', 'full', /Content-Length .+ not a number/],
		['a hexadecimal length', 'Content-Length: 0x4', 'full', /Content-Length .+ not a number/],
		['an empty length', 'Content-Length: ', 'full', /Content-Length .+ not a number/],
		['a huge length', 'Content-Length: 18446744073709551620', '', /Content-Length .+ not a number/],
		[
			...['a length, and chunks', 'Content-Length: 3\r\nTransfer-Encoding: chunked'],
			...['4\r\nfull\r\n0\r\n\r\n', /both Content-Length and Transfer-Encoding/],
		],
		[
			...['chunks, and a length', 'Transfer-Encoding: chunked\r\nContent-Length: 3'],
			...['4\r\nfull\r\n0\r\n\r\n', /both Content-Length and Transfer-Encoding/],
		],
		[
			...['identity, and a length', 'Transfer-Encoding: identity\r\nContent-Length: 4'],
			...['full', /both Content-Length and Transfer-Encoding/],
		],
		[
			'a coding nobody asked for',
			'Transfer-Encoding: gzip',
			'x',
			/Transfer-Encoding .+ \(gzip\) \[item 0/,
		],
		[
			...['a coding within chunks', 'Transfer-Encoding: gzip, chunked', '1\r\nx\r\n0\r\n\r\n'],
			/Transfer-Encoding .+ \(gzip, chunked\) \[item 0/,
		],
		[
			...['chunks within a coding', 'Transfer-Encoding: chunked, gzip', '1\r\nx\r\n0\r\n\r\n'],
			/Transfer-Encoding .+ \(chunked, gzip\) \[item 0/,
		],
		['a chunk with a sign', 'Transfer-Encoding: chunked', '+4\r\nfull\r\n0\r\n\r\n', /chunk size/],
		['chunks in bare LF', 'Transfer-Encoding: chunked', '4\nfull\n0\n\n', /after chunk size/],
		[
			'a chunk too long',
			'Transfer-Encoding: chunked',
			'2\r\nfull\r\n0\r\n\r\n',
			/after chunk data/,
		],
		[
			...['a chunk that overflows', 'Transfer-Encoding: chunked'],
			...['10000000000000004\r\nfull\r\n0\r\n\r\n', /Chunk size overflow/],
		],
		['a folded line', 'X-A: a\r\n b\r\nContent-Length: 4', 'full', /whitespace after header value/],
		['a folded length', 'Content-Length: 1\r\n 0', 'full', /whitespace after header value/],
		['a space before the colon', 'Content-Length : 4', 'full', /Invalid header/],
		['a line without colon', 'X-A\r\nContent-Length: 4', 'full', /Invalid header/],
		['a NUL', 'X-A: a\0\r\nContent-Length: 4', 'full', /Invalid header value/],
		['a bare CR', 'X-A: a\rContent-Length: 2\r\nContent-Length: 4', 'full', /header value/],
	] as Array<[string, string, string, RegExp]>)(
		'fails once, and says why: %s',
		async (_, headers, body, problem) => {
			const { errors, texts } = await sendPaths(3, `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n${body}`);
			expect(errors).toHaveLength(1);
			expect(messageOf(errors[0])).toMatch(problem);
			expect(pairsOf(errors)).toEqual([0]);
			expect(texts).toEqual(['/1', '/2']);
			expect(server.requests).toHaveLength(3);
		},
	);

	it.each(['ICY 200 OK\r\n\r\n', 'HTTP/1.1 20 OK\r\n\r\n', 'HTTP/1.1 000 X\r\n\r\n', '<html>'])(
		'is not HTTP: %j',
		async (response) => {
			const { errors } = await sendPaths(1, response);
			expect(messageOf(errors[0])).toMatch(/something that is not HTTP$/);
			expect(server.requests).toHaveLength(1);
		},
	);
});

describe('a response that HTTP allows', () => {
	it.each<[string, string, string]>([
		// RFC 9110 section 5.5: white space around a value is no part of it.
		['a length with white space', 'Content-Length:   4  ', 'full'],
		['extensions of chunks', 'Transfer-Encoding: chunked', '4;a="b"\r\nfull\r\n0;c\r\n\r\n'],
		['a trailer', 'Transfer-Encoding: chunked', '4\r\nfull\r\n0\r\nExpires: 0\r\n\r\n'],
		['a coding in capitals', 'Transfer-Encoding: CHUNKED', '4\r\nfull\r\n0\r\n\r\n'],
		// Not so strict as RFC 9112 section 6.1, and what proxies in a row make of one header.
		['chunks, said twice', TWICE, '4\r\nfull\r\n0\r\n\r\n'],
		// RFC 9112 section 2.2: an empty line before a message is ignored.
		['line ends too many', 'Content-Length: 4', 'full\r\n\r\n'],
	])('is read to its end: %s', async (_, headers, body) => {
		const { texts } = await sendPaths(3, `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n${body}`);
		expect(texts).toEqual(['full', '/1', '/2']);
		expect(server.connections).toBe(1);
	});
});

describe('bytes that no request asked for', () => {
	// RFC 9112 section 6.3: a user agent must not take what follows a response for another one.
	it.each([
		['a body longer than its length', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none, two'],
		['a second response', textOf('one') + textOf('two')],
		['a response after a 204', `HTTP/1.1 204 No Content\r\n\r\n${textOf('two')}`],
		['a body of a 204', 'HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\ntwo'],
		['a body of a 304', `HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\ntwo`],
	])('are not another item’s response: %s', async (_, response) => {
		const { texts, errors } = await sendPaths(3, response);
		expect([...texts, ...errors].length).toBe(3);
		expect(texts.slice(-2)).toEqual(['/1', '/2']);
		expect(server.requests).toHaveLength(3);
		expect(server.connections).toBeGreaterThan(1);
	});

	// The server's second response is in nobody's time, so nothing tells it from the next item's. Once
	// one has come when no request was open, no connection to that server is used twice.
	it('end keep-alive to that server', async () => {
		server = await RawServer.start(({ socket, url }) => {
			socket.write(url === '/0' ? textOf('/0') + textOf('evil') : textOf(url));
		});
		const { texts } = await sendAll(20, 'GET', 1);
		expect(texts).toEqual(Array.from({ length: 20 }, (_, id) => `/${id}`));
		expect(server.connections).toBe(20);
	});

	it('are reported in the hint', async () => {
		server = await RawServer.start(({ socket }) => socket.write(textOf('one') + textOf('two')));
		const { hints } = await sendItems(
			{ url: server.origin, maxConcurrency: 1 },
			{ items: [{ json: {} }, { json: {} }] },
		);
		expect(hints[0]).toMatch(
			/\. The server 127\.0\.0\.1:\d+ sent bytes that belong to no response, so some .+$/,
		);
	});

	// RFC 9110 section 15.5.9: HAProxy, Node and others close an idle connection with a 408.
	it('are harmless when they are a 408 to an idle connection', async () => {
		const idle = 'HTTP/1.1 408 Request Time-out\r\nConnection: close\r\n\r\n';
		server = await RawServer.start(({ socket, url }) => {
			socket.write(textOf(url));
			if (url === '/0') setTimeout(() => socket.end(idle), 20);
		});
		const { items, hints } = await sendItems(
			{
				...{ url: `=${server.origin}/{{ $json.id }}`, maxConcurrency: 1 },
				options: { batching: { batch: { batchSize: 1, batchInterval: 100 } } },
			},
			{ items: numbered(3) },
		);
		expect(jsonOf(items)).toEqual([{ data: '/0' }, { data: '/1' }, { data: '/2' }]);
		expect(server.connections).toBe(2);
		expect(hints[0]).not.toContain('no response');
	});

	// RFC 9110 section 9.3.2: HEAD has no body. Servers that send one all the same are known to every
	// HTTP client, and it can come late.
	it('are not another item’s response: a late body of HEAD', async () => {
		server = await RawServer.start(({ socket, url }) => {
			const head = (path: string) =>
				`HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nX-Path: ${path}\r\nContent-Length: 4\r\n\r\n`;
			setTimeout(() => {
				socket.write(head(url));
				// Counted from the response, however late a busy machine writes it.
				setTimeout(() => socket.write(head('late')), 3);
			}, 10);
		});
		const { items } = await sendItems(
			{
				...{ method: 'HEAD', maxConcurrency: 5, url: `=${server.origin}/{{ $json.id }}` },
				options: { response: { response: { fullResponse: true } } },
			},
			{ items: Array.from({ length: 25 }, (_, id) => ({ json: { id } })) },
		);
		const paths = items.map(({ json }) => (json.headers as Record<string, string>)['x-path']);
		expect(paths).toEqual(Array.from({ length: 25 }, (_, id) => `/${id}`));
	});
});

describe('the wrong protocol', () => {
	it('is reported for https:// to an HTTP port, which gets one request', async () => {
		const node = await TestServer.start();
		const { error } = await sendItems({
			url: node.origin.replace('http:', 'https:'),
			retry: { retry: {} },
		});
		const { connections } = node;
		await node.close();
		expect(error?.message).toMatch(/does not speak HTTPS at this port/);
		expect(error?.description).toMatch(/write http:/);
		expect(connections).toBe(1);
	});

	// RFC 8446 section 6: what a TLS server says to something that is not TLS.
	it('is reported for http:// to an HTTPS port', async () => {
		const { errors } = await sendPaths(1, '\x15\x03\x01\x00\x02\x02\x46');
		expect(messageOf(errors[0])).toMatch(/speaks HTTPS, not HTTP, at this port/);
		expect(server.requests).toHaveLength(1);
	});

	it('may be why a server closes the connection without a response', async () => {
		server = await RawServer.start(({ socket }) => socket.end());
		const { error } = await sendItems({ url: server.origin });
		expect(error?.message).toMatch(/without sending anything/);
		expect(error?.description).toMatch(/if it speaks HTTPS/i);
	});
});
