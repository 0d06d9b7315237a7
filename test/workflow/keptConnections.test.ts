/** Connections that a run leaves to the next one. */
import dns from 'node:dns';
import type { ServerHttp2Session } from 'node:http2';
import { keepAsUsual, keepFor } from '../support/keptConnections.ts';
import { RawServer, type RawExchange } from '../support/RawServer.ts';
import { TestServer, type TestServerOptions } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { sendItems, type SendOptions } from '../support/workflow/sendItems.ts';

const servers: TestServer[] = [];

const realNow = performance.now.bind(performance);

async function start(options?: TestServerOptions): Promise<TestServer> {
	const server = await TestServer.start(options);
	servers.push(server);
	return server;
}

beforeEach(() => keepFor(60));

afterEach(async () => {
	jest.restoreAllMocks();
	keepAsUsual();
	await Promise.all(servers.splice(0).map(async (server) => await server.close()));
});

/** One run that has to succeed. */
async function run(url: string, parameters = {}, options: SendOptions = {}): Promise<string> {
	const { items, error, hints } = await sendItems({ url, ...parameters }, options);
	expect(error).toBeUndefined();
	expect(items.length).toBeGreaterThan(0);
	return hints[0] ?? '';
}

/** Lets the clock that the node reads run ahead. */
function later(milliseconds: number): void {
	jest.spyOn(performance, 'now').mockImplementation(() => realNow() + milliseconds);
}

/** Resolves every name to one address. */
function resolveTo(address: string): void {
	type Callback = (error: null, address: unknown, family?: number) => void;
	const found = { address, family: 4 };
	const lookup = (_name: string, options: { all?: boolean }, callback: Callback) => {
		if (options.all) callback(null, [found]);
		else callback(null, address, 4);
	};
	jest.spyOn(dns, 'lookup').mockImplementation(lookup as never);
	const promised = async (_name: string, options?: { all?: boolean }) =>
		options?.all ? [found] : found;
	jest.spyOn(dns.promises, 'lookup').mockImplementation(promised as never);
}

const untrusted = { options: { allowUnauthorizedCerts: true } };
const overHttp2 = { options: { allowUnauthorizedCerts: true, http2: true } };

it.each([
	['HTTP', {}, {}],
	['HTTPS', { tls: true }, untrusted],
	['HTTP/2', { http2: true }, overHttp2],
])('serve the single items of a loop: %s', async (_, options, parameters) => {
	const server = await start(options);
	for (let turn = 0; turn < 5; turn++) await run(`${server.origin}/text`, parameters);
	expect(server.requests).toHaveLength(5);
	expect(server.connections).toBe(1);
});

it('serve many items, and the hint says so', async () => {
	const server = await start();
	const items = { items: numbered(20) };
	expect(await run(`${server.origin}/text`, {}, items)).toMatch(/on \d+ connections?\./);
	const { connections } = server;
	expect(await run(`${server.origin}/text`, {}, items)).toContain('on kept connections.');
	expect(server.connections).toBe(connections);
});

it('are those of one run at a time', async () => {
	const server = await start();
	let waiting = 0;
	server.route('/pair', (_request, response) => {
		waiting++;
		void server.waitFor(() => waiting === 2).then(() => response.end('{}'));
	});
	await Promise.all([run(`${server.origin}/pair`), run(`${server.origin}/pair`)]);
	expect(server.connections).toBe(2);
	await run(`${server.origin}/text`);
	expect(server.connections).toBe(2);
});

it('are not shared by runs with another Max Concurrency', async () => {
	const server = await start();
	await run(`${server.origin}/text`, { maxConcurrency: 1 });
	await run(`${server.origin}/text`, { maxConcurrency: 2 });
	expect(server.connections).toBe(2);
});

describe('end', () => {
	it('when no run has used them for a while', async () => {
		keepFor(0.2);
		const server = await start();
		await run(`${server.origin}/text`);
		await server.waitFor(({ openSockets }) => openSockets === 0);
	});

	it('with the run where none are kept', async () => {
		keepFor(0);
		const server = await start();
		await run(`${server.origin}/text`);
		await run(`${server.origin}/text`);
		expect(server.connections).toBe(2);
	});

	it('with the run that was stopped', async () => {
		const server = await start();
		server.route('/never', () => {});
		const stop = new AbortController();
		const url = `=${server.origin}/{{ $json.id < 2 ? "text" : "never" }}`;
		const running = sendItems({ url }, { items: numbered(4), signal: stop.signal });
		await server.waitFor(({ requests }) => requests.length === 4);
		stop.abort();
		await running;
		await run(`${server.origin}/text`);
		expect(server.connections).toBe(5);
	});

	it('with the run that met a server which sends bytes unasked', async () => {
		const complete = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
		const first: RawExchange[] = [];
		const raw = await RawServer.start((exchange) => {
			if (first.length === 3) exchange.socket.write(complete);
			else if (first.push(exchange) === 3) misbehave();
		});
		/** One connection stays idle, one brings bytes while it is, and the last ends the run after that. */
		const misbehave = () => {
			const [idle, bad, last] = first.map(({ socket }) => socket);
			idle?.write(complete);
			bad?.write(complete);
			setTimeout(() => bad?.write(complete), 20);
			bad?.once('close', () => last?.write(complete));
		};
		await run(`${raw.origin}/`, {}, { items: numbered(3) });
		await run(`${raw.origin}/`);
		await raw.close();
		expect(raw.connections).toBe(4);
	});

	it('with the run that showed a client certificate', async () => {
		const server = await start({ tls: true });
		const credential = { ca: server.ca ?? '', cert: '', key: '' };
		const options: SendOptions = { credentials: { httpSslAuth: credential } };
		for (let turn = 0; turn < 2; turn++) {
			await run(`${server.origin}/text`, { provideSslCertificates: true }, options);
		}
		expect(server.connections).toBe(2);
	});
});

describe('that the server has ended meanwhile cost a new connection, and no item', () => {
	it.each(['GET', 'POST'])('over HTTP/1.1: %s', async (method) => {
		const server = await start();
		await run(`${server.origin}/text`, { method });
		server.server.closeIdleConnections();
		await server.waitFor(({ openSockets }) => openSockets === 0);
		await run(`${server.origin}/text`, { method });
		expect(server.requests).toHaveLength(2);
		expect(server.connections).toBe(2);
	});

	it.each(['GET', 'POST'])('over HTTP/2, by GOAWAY: %s', async (method) => {
		const server = await start({ http2: true });
		const sessions: ServerHttp2Session[] = [];
		server.server.on('session', (session: ServerHttp2Session) => sessions.push(session));
		await run(`${server.origin}/text`, { method, ...overHttp2 });
		for (const session of sessions) session.close();
		await server.waitFor(({ openSockets }) => openSockets === 0);
		await run(`${server.origin}/text`, { method, ...overHttp2 });
		expect(server.requests).toHaveLength(2);
		expect(server.connections).toBe(2);
	});
});

describe('a request that must not be repeated', () => {
	const post = { method: 'POST' };

	it('uses one that was idle for a moment', async () => {
		const server = await start();
		await run(`${server.origin}/text`, post);
		await run(`${server.origin}/text`, post);
		expect(server.connections).toBe(1);
	});

	it('uses none that was idle for longer than a second: the server may be closing it', async () => {
		const server = await start();
		await run(`${server.origin}/text`, post);
		later(1500);
		await run(`${server.origin}/text`, post);
		expect(server.connections).toBe(2);
		later(3000);
		await run(`${server.origin}/text`);
		expect(server.connections).toBe(2);
	});
});

describe("n8n's egress policy", () => {
	it('is asked anew: a connection to an address that it now forbids is not used', async () => {
		const first = await start();
		const { port } = new URL(first.origin);
		const second = await start({ host: '127.0.0.2', port: Number(port) });
		resolveTo('127.0.0.1');
		await run(`http://api.test:${port}/text`);
		resolveTo('127.0.0.2');
		const egress = { allowedIpRanges: ['127.0.0.2/32'] };
		await run(`http://api.test:${port}/text`, {}, { egress });
		expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
	});

	it('lets a connection be used whose address it allows', async () => {
		const server = await start();
		const egress = { allowedIpRanges: ['127.0.0.1/32'] };
		await run(`${server.origin}/text`, {}, { egress });
		await run(`${server.origin}/text`, {}, { egress });
		expect(server.connections).toBe(1);
	});

	it('lets a connection be used whose name it allows', async () => {
		const server = await start();
		const { port } = new URL(server.origin);
		resolveTo('127.0.0.1');
		const egress = { allowedHostnames: ['api.test'] };
		await run(`http://api.test:${port}/text`, {}, { egress });
		await run(`http://api.test:${port}/text`, {}, { egress });
		expect(server.connections).toBe(1);
	});

	it('forbids a host to which there is a connection', async () => {
		const server = await start();
		await run(`${server.origin}/text`);
		const { error } = await sendItems({ url: `${server.origin}/text` }, { egress: {} });
		expect(error?.message).toMatch(/not allowed|blocked/i);
		expect(server.requests).toHaveLength(1);
	});
});

it('do not serve a name that has moved, once a look-up is 30 s old', async () => {
	const first = await start();
	const { port } = new URL(first.origin);
	const second = await start({ host: '127.0.0.2', port: Number(port) });
	const url = `http://api.test:${port}/text`;
	resolveTo('127.0.0.1');
	await run(url);
	resolveTo('127.0.0.2');
	await run(url);
	expect([first.requests.length, second.requests.length]).toEqual([2, 0]);
	later(31_000);
	await run(url);
	expect([first.requests.length, second.requests.length]).toEqual([2, 1]);
});
