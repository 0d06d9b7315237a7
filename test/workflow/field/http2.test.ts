/** HTTP/2 streams and connections that end before they should. */
import { constants } from 'node:http2';

import { type RawHttp2Connection, RawHttp2Server } from '../../support/http2/RawHttp2Server.ts';
import { BinaryStore } from '../../support/workflow/BinaryStore.ts';
import { numbered } from '../../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../../support/workflow/sendItems.ts';

let server: RawHttp2Server;

afterEach(async () => {
	await server.close();
});

const to = (path: string) => ({
	url: server.origin + path,
	options: { allowUnauthorizedCerts: true },
});

describe('a stream that the server resets in the middle of a body without content-length', () => {
	// RFC 9113 section 8.1: a response is complete with END_STREAM.
	// Source: https://github.com/nodejs/node/issues/63249
	const CODES = [
		['NO_ERROR', constants.NGHTTP2_NO_ERROR],
		['CANCEL', constants.NGHTTP2_CANCEL],
		['INTERNAL_ERROR', constants.NGHTTP2_INTERNAL_ERROR],
	] as const;

	it.each(CODES)('is an error: %s', async (_, code) => {
		server = await RawHttp2Server.start((connection, stream) => {
			connection.headers(stream);
			connection.data(stream, '[{"id":1}]');
			connection.resetStream(stream, code);
		});
		const { items, error } = await sendItems(to('/'));
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/before its response was complete/);
	});

	it.each(CODES)('is an error where a file would be stored: %s', async (_, code) => {
		server = await RawHttp2Server.start((connection, stream) => {
			connection.headers(stream, 'application/pdf');
			connection.data(stream, Buffer.alloc(10_000));
			setTimeout(() => connection.resetStream(stream, code), 50);
		});
		const { items, error } = await sendItems(to('/'));
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/before its response was complete/);
	});

	it('is no error after END_STREAM: such a server does not read the upload', async () => {
		// RFC 9113 section 8.1: RST_STREAM with NO_ERROR may follow a complete response.
		server = await RawHttp2Server.start((connection, stream) => {
			connection.headers(stream);
			connection.data(stream, '{"ok":true}', { end: true });
			connection.resetStream(stream, constants.NGHTTP2_NO_ERROR);
		});
		const { items, error } = await sendItems(to('/'));
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual([{ ok: true }]);
	});
});

describe('requests that the server has certainly not processed', () => {
	// RFC 9113 sections 6.8 and 8.7: streams above the last one of a GOAWAY, and refused streams.
	const ITEMS = 400;

	it('are repeated whatever their method: GOAWAY after every 30 streams', async () => {
		const counts = new Map<number, number>();
		const processed: string[] = [];
		server = await RawHttp2Server.start((connection, stream) => {
			const count = (counts.get(connection.ordinal) ?? 0) + 1;
			counts.set(connection.ordinal, count);
			if (count > 30) return;
			processed.push(`${connection.ordinal} ${stream}`);
			connection.headers(stream);
			connection.data(stream, '{"ok":true}', { end: true });
			if (count === 30) connection.goAway(stream);
		});
		const { items, error } = await sendItems(
			{ ...to('/'), method: 'POST', maxConcurrency: 50 },
			{ items: numbered(ITEMS) },
		);
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(Array(ITEMS).fill({ ok: true }));
		expect(processed).toHaveLength(ITEMS);
	});

	it('do not count as tries: refused streams', async () => {
		let refused = 0;
		server = await RawHttp2Server.start((connection, stream) => {
			if (refused++ < 7) {
				connection.resetStream(stream, constants.NGHTTP2_REFUSED_STREAM);
				return;
			}
			connection.headers(stream);
			connection.data(stream, '{"ok":true}', { end: true });
		});
		const settings = { firstWait: 0.001, longestWait: 0.001 };
		const { items, error } = await sendItems({
			...to('/'),
			method: 'POST',
			retry: { retry: { maxTries: 2, settings } },
		});
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual([{ ok: true }]);
	});
});

it('an error of the session fails no request that was not sent', async () => {
	// RFC 9113 section 5.4.1: a frame that breaks the connection's rules ends the connection.
	server = await RawHttp2Server.start((connection, stream) => {
		if (connection.ordinal === 1 && stream === 21) {
			// DATA on stream 0 is an error of the connection (section 6.1).
			connection.data(0, 'x');
			return;
		}
		connection.headers(stream);
		connection.data(stream, '{"ok":true}', { end: true });
	});
	const { items } = await sendItems(
		{ ...to('/'), method: 'POST', maxConcurrency: 10 },
		{ items: numbered(100), onError: 'continueRegularOutput' },
	);
	const failed = items.filter(({ json }) => 'error' in json);
	// Those that were open on that connection; the rest goes to a new one.
	expect(failed.length).toBeLessThanOrEqual(10);
	expect(JSON.stringify(failed)).not.toMatch(/INVALID_SESSION|destroyed/);
	// undici may open one more while the failed one is being closed.
	expect(server.connections).toBeLessThanOrEqual(3);
});

describe('an error of HTTP/2 itself says so, and names the option HTTP/2', () => {
	// Source: many public reports of "Protocol error" and NGHTTP2_PROTOCOL_ERROR, to whose authors the
	// advice is to use HTTP/1.1.
	it.each<[string, RegExp, (connection: RawHttp2Connection, stream: number) => void]>([
		['a frame that is not allowed', /Protocol error/, (connection) => connection.data(0, 'x')],
		[
			'a stream that the server resets with an error',
			/PROTOCOL_ERROR/,
			(connection, stream) => connection.resetStream(stream, constants.NGHTTP2_PROTOCOL_ERROR),
		],
		[
			'a connection that the server ends with an error',
			/ENHANCE_YOUR_CALM/,
			(connection, stream) => connection.goAway(stream, constants.NGHTTP2_ENHANCE_YOUR_CALM),
		],
	])('%s', async (_, code, respond) => {
		server = await RawHttp2Server.start(respond);
		const { error } = await sendItems({ ...to('/'), method: 'POST' });
		expect(error?.message).toMatch(/over HTTP\/2/);
		expect(error?.message).toMatch(code);
		expect(error?.message).toMatch(/switch off Options > HTTP\/2/);
	});
});

describe('a complete response that comes before an upload is', () => {
	// RFC 9113 section 8.1: the server may then reset the stream with NO_ERROR, and the client must not
	// discard the response.
	const RESPONSE = JSON.stringify([{ data: 'x'.repeat(40_000) }]);

	const upload = async (respond: (connection: RawHttp2Connection, stream: number) => void) => {
		server = await RawHttp2Server.start(respond);
		const store = await BinaryStore.open();
		try {
			const data = await store.put(Buffer.alloc(1_000_000), {});
			return await sendItems(
				{
					...{ ...to('/'), method: 'POST', sendBody: true },
					...{ contentType: 'binaryData', inputDataFieldName: 'data' },
				},
				{ items: [{ json: {}, binary: { data } }] },
			);
		} finally {
			await store.close();
		}
	};

	const send = (connection: RawHttp2Connection, stream: number, end: boolean) => {
		connection.headers(stream);
		for (let at = 0; at < RESPONSE.length; at += 16_000) {
			const isLast = at + 16_000 >= RESPONSE.length;
			connection.data(stream, RESPONSE.slice(at, at + 16_000), { end: isLast && end });
		}
	};

	it('is the result, although the server resets the stream', async () => {
		const { items, error } = await upload((connection, stream) => {
			send(connection, stream, true);
			connection.resetStream(stream, constants.NGHTTP2_NO_ERROR);
		});
		expect(error).toBeUndefined();
		expect(JSON.stringify(jsonOf(items))).toBe(RESPONSE);
	});

	it('is an error without END_STREAM', async () => {
		const { items, error } = await upload((connection, stream) => {
			send(connection, stream, false);
			connection.resetStream(stream, constants.NGHTTP2_NO_ERROR);
		});
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/before its response was complete/);
	});
});
