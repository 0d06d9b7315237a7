import { RawServer } from '../../support/RawServer.ts';
import { sendItems } from '../../support/workflow/sendItems.ts';

const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

let server: RawServer;

beforeEach(async () => {
	server = await RawServer.start(({ socket }) => socket.write(EMPTY));
});

afterEach(async () => {
	await server.close();
});

const send = async (value: string) =>
	await sendItems({
		...{ url: server.origin, sendHeaders: true },
		headerParameters: { parameters: [{ name: 'Host', value }] },
	});

// RFC 9110 section 7.2: Host = uri-host [ ":" port ]. A proxy in between may read anything else in its own
// way, and so reach another server than the one that was meant.
it.each(['a.test/path', 'https://a.test', 'user@a.test', 'a.test b.test', 'a.test:http'])(
	'is not sent when it names no host: %j',
	async (value) => {
		const { error } = await send(value);
		expect(error?.message).toBe('"Headers" contain a Host that is not the name of a host');
		expect(error?.description).toContain('api.example.com');
		expect(server.requests).toHaveLength(0);
	},
);

it("is the URL's where it is empty", async () => {
	const { error } = await send('');
	expect(error).toBeUndefined();
	expect(server.requests[0]?.head).toMatch(/^host: 127\.0\.0\.1:\d+$/im);
});

it('is sent as it is given', async () => {
	const { error } = await send('a.test:8080');
	expect(error).toBeUndefined();
	expect(server.requests[0]?.head).toMatch(/^host: a\.test:8080$/im);
	expect(server.requests[0]?.head.match(/^host:/gim)).toHaveLength(1);
});
