/** One run of the node in a real n8n, from the tarball that is published. */
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import type { ExecutionResult } from '../../scripts/n8n/ExecutionResult.ts';
import { TestServer } from '../support/TestServer.ts';
import { sharedInstance, sharedN8n } from './support/sharedN8n.ts';
import {
	fieldsNode,
	hintsOf,
	hangingWorkflow,
	httpNode,
	jsonOf,
	manual,
	numbersNode,
	numbersUpTo,
	pairsOf,
} from './support/workflows.ts';

jest.setTimeout(300_000);

const n8n = sharedN8n();
let server: TestServer;

beforeAll(async () => {
	server = await TestServer.start();
});

beforeEach(() => server.reset());

afterAll(async () => {
	await server?.close();
});

/** Time for a request too many to arrive, in ms. */
const A_WHILE = 250;

/** Answers `{ id }` after holding all requests until `limit` of them have been there for a while. */
function holdUntil(limit: number): void {
	let held: Array<() => void> = [];
	let isOpen = false;
	server.route('/numbers', ({ url }, response) => {
		const id = Number(new URL(url, server.origin).searchParams.get('id'));
		const answer = () =>
			response.setHeader('content-type', 'application/json').end(JSON.stringify({ id }));
		if (isOpen) return void setTimeout(answer, 2);
		held.push(answer);
		if (held.length < limit) return;
		setTimeout(() => {
			isOpen = true;
			for (const each of held) each();
			held = [];
		}, A_WHILE);
	});
}

/** `count` items, a request for each, and a node that reads the answer and the item it is paired with. */
function numbersWorkflow(count: number, maxConcurrency: number) {
	return manual([
		numbersNode(count),
		httpNode({ url: `=${server.origin}/numbers?id={{ $json.id }}`, maxConcurrency }),
		fieldsNode({
			answer: '={{ $json.id }}',
			item: "={{ $('Numbers').item.json.id }}",
		}),
	]);
}

function expectEveryNumberOnce(result: ExecutionResult, count: number): void {
	expect(result.error).toBeUndefined();
	expect(result.status).toBe('success');
	const numbers = numbersUpTo(count);
	const items = outputItems(result, 'HTTP');
	expect(jsonOf(items)).toEqual(numbers.map((id) => ({ id })));
	expect(pairsOf(items)).toEqual(numbers);
	const used = jsonOf(outputItems(result, 'After'));
	expect(used).toEqual(numbers.map((id) => ({ answer: String(id), item: String(id) })));
	const sent = server.requests.map(({ url }) => Number(url.split('id=')[1]));
	expect(sent.toSorted((a, b) => a - b)).toEqual(numbers);
}

describe('1,000 items, 50 at a time', () => {
	let result: ExecutionResult;
	let seen: Pick<TestServer, 'mostInFlight' | 'connections'>;

	beforeAll(async () => {
		server.reset();
		holdUntil(50);
		result = await n8n.runWorkflow(numbersWorkflow(1000, 50));
		const { mostInFlight, connections } = server;
		seen = { mostInFlight, connections };
		expectEveryNumberOnce(result, 1000);
	});

	it('give every item its response, in order and paired', () => {
		const items = outputItems(result, 'HTTP');
		expect(items).toHaveLength(1000);
		expect(items[999]).toEqual({ json: { id: 999 }, pairedItem: { item: 999 } });
	});

	it('are never more than 50 in flight, on 50 connections', () => {
		expect(seen).toEqual({ mostInFlight: 50, connections: 50 });
	});

	it('leave no connection open', async () => {
		await server.waitFor(({ openSockets }) => openSockets === 0);
	});

	it('are summed up in a hint', () => {
		expect(hintsOf(result, 'HTTP')).toEqual([
			expect.stringMatching(
				/^1,000 requests in [\d.]+ m?s, at most 50 at a time on 50 connections\.$/,
			),
		]);
	});
});

it('runs by `n8n execute`, too', async () => {
	holdUntil(10);
	const { id } = await n8n.createWorkflow(numbersWorkflow(100, 10));
	const instance = await sharedInstance();
	expectEveryNumberOnce(await instance.execute(id), 100);
	expect(server.mostInFlight).toBe(10);
	expect(server.connections).toBe(10);
});

describe('items that fail', () => {
	const secret = 'geheim-4711';
	const failing = [3, 7, 11];

	beforeEach(() => {
		server.route('/some', ({ url, headers }, response) => {
			const id = Number(new URL(url, server.origin).searchParams.get('id'));
			const fails = failing.includes(id);
			response.statusCode = fails ? 503 : 200;
			const said = `Not now, ${headers.authorization}`;
			response
				.setHeader('content-type', 'application/json')
				.end(JSON.stringify(fails ? { message: said } : { id }));
		});
	});

	const send = async (onError: 'continueErrorOutput' | 'stopWorkflow', maxConcurrency = 5) => {
		const data = { token: secret };
		const credential = await n8n.createCredential({ name: 'Bearer', type: 'httpBearerAuth', data });
		const parameters = {
			// An expression, because n8n stores the node's parameters with each error.
			url: `=${server.origin}/some?id={{ $json.id }}&key={{ ${JSON.stringify([...secret])}.join('') }}`,
			authentication: 'genericCredentialType',
			genericAuthType: 'httpBearerAuth',
			maxConcurrency,
		};
		const credentials = { httpBearerAuth: credential };
		return await n8n.runWorkflow(
			manual([numbersNode(20), httpNode(parameters, { onError, credentials })]),
		);
	};

	it('leave by the error output, all others by the first', async () => {
		const result = await send('continueErrorOutput');
		expect(result.status).toBe('success');
		const answered = numbersUpTo(20).filter((id) => !failing.includes(id));
		const [items, errors] = [outputItems(result, 'HTTP'), outputItems(result, 'HTTP', 1)];
		expect(jsonOf(items)).toEqual(answered.map((id) => ({ id })));
		expect(pairsOf(items)).toEqual(answered);
		expect(pairsOf(errors)).toEqual(failing);
		for (const { json } of errors) expect(JSON.stringify(json)).toMatch(/503/);
		expect(JSON.stringify(errors)).not.toContain(secret);
		expect(server.requests).toHaveLength(20);
		expect(hintsOf(result, 'HTTP')[0]).toMatch(/\. 3 items failed \(3 x 503\)\.$/);
	});

	it('stop the workflow, where it is set to stop', async () => {
		const result = await send('stopWorkflow', 1);
		expect(result.status).toBe('error');
		expect(result.lastNodeExecuted).toBe('HTTP');
		expect(result.error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringMatching(
				/^GET http:\/\/127.*\/some\?.* failed: 503 .* \[item 3, the 4th of 20\]$/,
			) as unknown,
			description: expect.stringMatching(/The server says: "Not now, .*\*\*\*"/) as unknown,
			httpCode: '503',
			context: expect.objectContaining({ itemIndex: 3 }) as unknown,
		});
		// One at a time, so the fourth request is the last.
		expect(server.requests).toHaveLength(4);
		expect(JSON.stringify(result)).not.toContain(secret);
	});
});

describe('a run that is ended from outside', () => {
	const expectAborted = async (executionId: string) => {
		await server.waitFor(({ inFlight, openSockets }) => inFlight === 0 && openSockets === 0);
		const { status } = await n8n.waitForExecution(executionId);
		expect(status).toBe('canceled');
		await new Promise((resolve) => setTimeout(resolve, A_WHILE));
		expect(server.aborted).toBe(5);
		expect(server.requests).toHaveLength(5);
	};

	it('by the Stop button aborts what is in flight and sends nothing more', async () => {
		const { executionId } = await n8n.startWorkflow(hangingWorkflow(server.origin));
		await server.waitFor(({ requests, inFlight }) => requests.length === 5 && inFlight === 5);
		await n8n.stopExecution(executionId);
		await expectAborted(executionId);
	});

	it('by the workflow’s time limit, likewise', async () => {
		const { executionId } = await n8n.startWorkflow(
			hangingWorkflow(server.origin, { executionTimeout: 10 }),
		);
		await server.waitFor(({ requests, inFlight }) => requests.length === 5 && inFlight === 5);
		await expectAborted(executionId);
	});

	it('leaves n8n able to run the next one', async () => {
		holdUntil(5);
		expectEveryNumberOnce(await n8n.runWorkflow(numbersWorkflow(10, 5)), 10);
	});
});
