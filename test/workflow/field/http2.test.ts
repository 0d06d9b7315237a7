/** HTTP/2 streams and connections that end before they should. */
import { constants } from 'node:http2';

import { RawHttp2Server } from '../../support/RawHttp2Server.ts';
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

	it('is no error after END_STREAM, as a server does that does not read the upload', async () => {
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

	it('go out again whatever their method: GOAWAY after each 30 streams', async () => {
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
		const { options } = to('/');
		const retry = { retry: { maxTries: 2, firstBackoff: 1, longestBackoff: 1 } };
		const { items, error } = await sendItems({
			...to('/'),
			method: 'POST',
			options: { ...options, retry },
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
	expect(server.connections).toBe(2);
});
