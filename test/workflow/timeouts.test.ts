import type { INodeParameters } from 'n8n-workflow';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { pairsOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

const to = (url: string, timeout: unknown = 60): INodeParameters => ({
	url: `=${url}`,
	options: { timeout: timeout as number },
});

describe('a request that takes too long', () => {
	it.each([
		['before the headers', '/hang'],
		['in the body', '/hang-body'],
		['in a body that keeps trickling', '/stream?chunks=1000&ms=5'],
		['behind redirects', '/redirect?times=3&to=/hang'],
		['over many redirects, each of them fast enough', '/redirect?times=20&ms=20'],
	])('fails and is let go, %s', async (_name, path) => {
		const { items, error } = await sendItems(to(server.origin + path, 80));
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/80 ms/);
		expect(error?.name).toBe('NodeApiError');
		await server.waitFor(({ inFlight, openSockets }) => inFlight === 0 && openSockets === 0);
		// Between two redirects there is nothing to abort.
		expect(server.aborted).toBeLessThanOrEqual(1);
	});

	it('fails in the TLS handshake', async () => {
		const sockets = new Set<Socket>();
		const silent = createServer((socket) => sockets.add(socket.on('error', () => {})));
		const connected = once(silent, 'connection');
		await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
		const { port } = silent.address() as AddressInfo;
		const { error } = await sendItems(to(`https://127.0.0.1:${port}/`, 300));
		expect(error?.message).toMatch(/300 ms/);
		// The server may hear of its connection later than the client gives up.
		await connected;
		expect(sockets.size).toBe(1);
		for (const socket of sockets) socket.destroy();
		await new Promise((resolve) => silent.close(resolve));
	});

	it('leaves the others their responses', async () => {
		const path = '{{ $json.id % 3 === 0 ? "/hang" : "/text" }}';
		const timeout = '={{ $json.id % 3 === 0 ? 30 : 60000 }}';
		const { items, error } = await sendItems(to(server.origin + path, timeout), {
			items: numbered(9),
			onError: 'continueRegularOutput',
		});
		expect(error).toBeUndefined();
		expect(pairsOf(items)).toEqual([...Array(9).keys()]);
		const failed = items.filter(({ json }) => 'error' in json);
		expect(pairsOf(failed)).toEqual([0, 3, 6]);
	});

	it('is not one that merely waits for its turn', async () => {
		// Forty requests of 80 ms one after the other take longer than any single one may.
		const parameters = { ...to(`${server.origin}/delay?ms=80`, 3_000), maxConcurrency: 1 };
		const { items, error } = await sendItems(parameters, { items: numbered(40) });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(40);
	});

	it('is not one whose response came in time', async () => {
		const { error } = await sendItems(to(`${server.origin}/stream?chunks=5&ms=2`, 5_000));
		expect(error).toBeUndefined();
	});

	it('may have a timeout of its own for each item', async () => {
		const parameters = to(`${server.origin}/delay?ms=100`, '={{ $json.id === 1 ? 20 : 5000 }}');
		const { items } = await sendItems(parameters, {
			items: numbered(3),
			onError: 'continueRegularOutput',
		});
		expect(items.map(({ json }) => 'error' in json)).toEqual([false, true, false]);
	});
});

it.each([-1, 'soon', '={{ NaN }}'])('refuses the timeout %p', async (timeout) => {
	const { error } = await sendItems(to(`${server.origin}/text`, timeout));
	expect(error?.message).toMatch(/^"Timeout"/);
	expect(server.requests).toEqual([]);
});
