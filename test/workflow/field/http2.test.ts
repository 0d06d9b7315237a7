/** HTTP/2 streams and connections that end before they should. */
import { constants } from 'node:http2';

import { RawHttp2Server } from '../../support/RawHttp2Server.ts';
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
