import { RawServer } from '../../support/RawServer.ts';
import { jsonOf, sendItems } from '../../support/workflow/sendItems.ts';

const OK =
	'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}';

let server: RawServer;

afterEach(async () => {
	await server.close();
});

// RFC 9110 section 10.2.3 allows seconds and a date. Servers also send what their language prints for a
// duration (Go: time.Duration.String), the moment itself in seconds since 1970, and -1 of a quota that
// became full while the response was written.
it.each([
	['a duration', 'Retry-After: 1s'],
	['a duration with minutes', 'Retry-After: 0m1s'],
	['seconds since 1970', `Retry-After: ${Math.floor(Date.now() / 1000) - 1}`],
	['less than nothing', 'Retry-After: -1\r\nX-RateLimit-Remaining: -1'],
])('repeats a request after a 429 whose Retry-After is %s', async (_, field) => {
	server = await RawServer.start(({ socket }) => {
		const refusal = `HTTP/1.1 429 Too Many Requests\r\n${field}\r\nContent-Length: 0\r\n\r\n`;
		socket.write(server.requests.length === 1 ? refusal : OK);
	});
	const { items } = await sendItems({ url: server.origin }, { onError: 'continueRegularOutput' });
	expect(jsonOf(items)).toEqual([{ ok: true }]);
	expect(server.requests).toHaveLength(2);
});
