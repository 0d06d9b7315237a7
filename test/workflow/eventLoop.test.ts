/** What a run does between two turns of the event loop, which all of n8n has to wait for. */
import type { ServerResponse } from 'node:http';
import { Expression, type INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;
let turns: number[];
let counting: NodeJS.Immediate;
/** Milliseconds by which the clock is ahead of the real one. */
let ahead = 0;

const nextTurn = (): void => {
	turns.push(0);
	counting = setImmediate(nextTurn);
};

/** Takes a while, by the clock at least, and is counted for the turn in which it was done. */
function work(milliseconds: number): void {
	ahead += milliseconds;
	turns[turns.length - 1] = (turns.at(-1) ?? 0) + milliseconds;
}

beforeEach(async () => {
	server = await TestServer.start();
	turns = [0];
	ahead = 0;
	const now = performance.now.bind(performance);
	jest.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
	counting = setImmediate(nextTurn);
});

afterEach(async () => {
	clearImmediate(counting);
	jest.restoreAllMocks();
	await server.close();
});

const COUNT = 300;

/** A slice, one piece of work more, and what the first items need to learn. */
const LONGEST = 45;

/** A route whose answers come so many at once, each of which takes 5 ms to read. */
function answerInBursts(path: string, size: number): void {
	const text = '{"large":true}';
	const open: ServerResponse[] = [];
	server.route(path, (_request, response) => {
		open.push(response);
		if (open.length < size) return;
		for (const each of open.splice(0)) {
			each.setHeader('content-type', 'application/json');
			each.end(text);
		}
	});
	const parse = JSON.parse;
	jest.spyOn(JSON, 'parse').mockImplementation((...args) => {
		if (args[0] === text) work(5);
		const value: unknown = parse(...args);
		return value;
	});
}

const parametersFor = (url: string): INodeParameters => ({ url, maxConcurrency: 200 });

it('is short where the engine takes long for each of many items', async () => {
	// It is private, and what every way to evaluate an expression comes to.
	type Render = (...args: unknown[]) => unknown;
	const engine = Expression.prototype as unknown as { renderExpression: Render };
	const render = engine.renderExpression;
	jest.spyOn(engine, 'renderExpression').mockImplementation(function (this: unknown, ...args) {
		work(5);
		return Reflect.apply(render, this, args);
	});
	const asked: Array<string | undefined> = [];
	server.route('/asked', ({ url }, response) => {
		asked.push(url);
		setTimeout(() => response.end(), 20);
	});
	const url = `=${server.origin}/asked?id={{ $json.id.toString().hash() }}`;
	const { items } = await sendItems(parametersFor(url), { items: numbered(COUNT) });
	expect(items).toHaveLength(COUNT);
	expect(new Set(asked).size).toBe(COUNT);
	expect(turns.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(5 * COUNT);
	expect(Math.max(...turns)).toBeLessThanOrEqual(LONGEST);
	expect(server.mostInFlight).toBeLessThanOrEqual(200);
});

it('is short where many responses that take long to read arrive at once', async () => {
	answerInBursts('/burst', 150);
	const { items } = await sendItems(parametersFor(`${server.origin}/burst`), {
		items: numbered(COUNT),
	});
	expect(items).toHaveLength(COUNT);
	expect(turns.reduce((sum, each) => sum + each, 0)).toBe(5 * COUNT);
	expect(Math.max(...turns)).toBeLessThanOrEqual(LONGEST);
});

it('is short where many items get their pages at once', async () => {
	answerInBursts('/pages', 100);
	const parameters: INodeParameters = {
		...parametersFor(`${server.origin}/pages`),
		options: {
			pagination: {
				pagination: {
					paginationMode: 'updateAParameterInEachRequest',
					parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount }}' }] },
					paginationCompleteWhen: 'other',
					completeExpression: '={{ $pageCount >= 2 }}',
				},
			},
		},
	};
	const { items } = await sendItems(parameters, { items: numbered(100) });
	expect(items).toHaveLength(200);
	expect(turns.reduce((sum, each) => sum + each, 0)).toBe(5 * 200);
	expect(Math.max(...turns)).toBeLessThanOrEqual(LONGEST);
});
