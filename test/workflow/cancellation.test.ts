import { getEventListeners } from 'node:events';
import type { IExecuteFunctions, INodeParameters } from 'n8n-workflow';
import { ConcurrentHttpRequest } from '../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, pairsOf, sendItems, type SendOptions } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

const to = (path: string, maxConcurrency = 5): INodeParameters => ({
	url: server.origin + path,
	maxConcurrency,
});

describe('the Stop button', () => {
	it.each([
		['waits for headers', '/hang'],
		['is in a body', '/hang-body'],
		['receives a body in pieces', '/stream?chunks=100000&ms=2'],
		['has been redirected', '/redirect?to=/hang'],
	])('aborts what %s, and nothing more is sent', async (_name, path) => {
		const stop = new AbortController();
		const running = sendItems(to(path), { items: numbered(50), signal: stop.signal });
		const onTheWay = () => server.requests.filter(({ url }) => !url.startsWith('/redirect')).length;
		await server.waitFor(({ inFlight }) => onTheWay() === 5 && inFlight === 5);
		const sent = server.requests.length;
		stop.abort();
		await server.waitFor(({ inFlight, openSockets }) => inFlight === 0 && openSockets === 0);
		await running;
		expect(server.aborted).toBe(5);
		expect(server.requests).toHaveLength(sent);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'holds with On Error: %s',
		async (onError) => {
			const stop = new AbortController();
			const running = sendItems(to('/hang'), { items: numbered(50), signal: stop.signal, onError });
			await server.waitFor(({ requests }) => requests.length === 5);
			stop.abort();
			await running;
			await server.waitFor(({ inFlight, openSockets }) => inFlight === 0 && openSockets === 0);
			expect(server.requests).toHaveLength(5);
		},
	);

	describe('where some items have succeeded', () => {
		/** Stops when five items have succeeded, five are in flight, and ten have not had their turn. */
		async function stopAmid(onError?: SendOptions['onError']) {
			server.route('/some', ({ url }, response) => {
				if (Number(url.split('=')[1]) % 2 > 0) return;
				response.setHeader('content-type', 'application/json').end('{}');
			});
			const stop = new AbortController();
			const running = sendItems(
				{ url: `=${server.origin}/some?id={{ $json.id }}`, maxConcurrency: 5 },
				{ items: numbered(20), signal: stop.signal, ...(onError && { onError }) },
			);
			await server.waitFor(({ requests, inFlight }) => requests.length === 10 && inFlight === 5);
			stop.abort();
			return await running;
		}

		it('returns their responses, with a hint, and runs no other node', async () => {
			const { items, hints, result, error } = await stopAmid();
			expect(pairsOf(items)).toEqual([0, 2, 4, 6, 8]);
			expect(hints[1]).toContain('The run was stopped: 5 of 20 items had succeeded.');
			expect(result.status).toBe('canceled');
			expect(error?.message).toContain('cancelled');
		});

		it('returns every item once where On Error continues', async () => {
			const { items, hints } = await stopAmid('continueRegularOutput');
			expect(pairsOf(items)).toEqual([...Array(20).keys()]);
			expect(hints[0]).toContain('5 items failed (5 x not finished). 10 items were not tried.');
			const messages = jsonOf(items).map((json) => JSON.stringify(json));
			expect(messages[1]).toContain('Not finished: the run was stopped');
			expect(messages[10]).toContain('Not tried: the run was stopped');
		});
	});

	it('ends the run at once', async () => {
		// 100 ms are allowed. Counted in turns of the event loop it cannot depend on the machine.
		const stop = new AbortController();
		const running = sendItems(to('/hang'), { items: numbered(50), signal: stop.signal });
		await server.waitFor(({ inFlight }) => inFlight === 5);
		let turns = 0;
		let ended = false;
		void running.then(() => (ended = true));
		stop.abort();
		while (!ended && turns < 50) {
			turns++;
			await new Promise(setImmediate);
		}
		expect(ended).toBe(true);
		expect((await running).error?.message).toBe('The run was stopped');
		await server.waitFor(({ inFlight }) => inFlight === 0);
	});

	it('does not wait for an authorization server', async () => {
		const stop = new AbortController();
		const credential = {
			...{ grantType: 'clientCredentials', accessTokenUrl: `${server.origin}/hang` },
			...{ clientId: 'service', clientSecret: 'service-secret', authentication: 'header' },
		};
		const running = sendItems(
			{
				...to('/echo'),
				...{ authentication: 'genericCredentialType', genericAuthType: 'oAuth2Api' },
			},
			{ items: numbered(50), credentials: { oAuth2Api: credential }, signal: stop.signal },
		);
		await server.waitFor(({ requests }) => requests.length === 1);
		stop.abort();
		// No token ever comes.
		const { error } = await running;
		expect(error?.message).toContain('stopped');
		expect(server.requests.map(({ url }) => url)).toEqual(['/hang']);
	});

	it('sends nothing where it was pressed before the first request', async () => {
		const stop = new AbortController();
		const url = '={{ $json.id }}';
		const running = sendItems(
			{ ...to('/hang'), url: `=${server.origin}/hang?${url.slice(1)}` },
			{ items: numbered(50), signal: stop.signal },
		);
		stop.abort();
		await running;
		expect(server.requests).toHaveLength(0);
	});

	it('leaves no connection behind that was about to open', async () => {
		const stop = new AbortController();
		// More than the server has accepted by then.
		const running = sendItems(to('/hang', 200), { items: numbered(400), signal: stop.signal });
		await server.waitFor(({ requests }) => requests.length > 0);
		stop.abort();
		await running;
		await server.waitFor(({ inFlight, openSockets }) => inFlight === 0 && openSockets === 0);
		expect(server.requests.length).toBeLessThanOrEqual(200);
	});

	it('is not listened to any more when the run has ended', async () => {
		const { execute } = ConcurrentHttpRequest.prototype;
		const listeners: number[] = [];
		const watched = jest
			.spyOn(ConcurrentHttpRequest.prototype, 'execute')
			.mockImplementation(async function (this: IExecuteFunctions) {
				const signal = this.getExecutionCancelSignal()!;
				const count = () => listeners.push(getEventListeners(signal, 'abort').length);
				count();
				server.route('/counting', (_request, response) => {
					count();
					response.setHeader('content-type', 'application/json').end('{}');
				});
				return await execute.call(this).finally(count);
			});
		await sendItems(to('/counting'), { items: numbered(1), signal: new AbortController().signal });
		watched.mockRestore();
		const [before = 0] = listeners;
		expect(listeners).toEqual([before, before + 1, before]);
	});
});
