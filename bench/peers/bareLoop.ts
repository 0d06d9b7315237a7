/**
 * The program of the bare loop: `undici.request` on one `Agent`, in the Node that n8n runs on, with
 * the URLs ready and the bodies parsed and kept. What this takes, no node can undercut.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import { Meter } from '../measure/Meter.ts';
import type { ProgramResult, ProgramTask } from './ProgramPeer.ts';
import type { ReadyRequest } from './requests.ts';

const lines = createInterface({ input: process.stdin });
const [line] = (await once(lines, 'line')) as [string];
const task = JSON.parse(line) as ProgramTask;

function newAgent(): Agent {
	const { concurrency, http2 } = task;
	return new Agent({
		connections: http2 ? 1 : concurrency,
		pipelining: http2 ? concurrency : 1,
		allowH2: http2,
		connect: { rejectUnauthorized: false },
	});
}

async function send(dispatcher: Agent, { url, ...options }: ReadyRequest): Promise<unknown> {
	const { body } = await request(url, { ...options, dispatcher });
	return await body.json();
}

/** As many at a time as the task says; whenever one ends, the next one starts. */
async function inWindow(requests: ReadyRequest[], agent: Agent): Promise<unknown[]> {
	const answers: unknown[] = [];
	let next = 0;
	const work = async () => {
		for (let index = next++; index < requests.length; index = next++) {
			const ready = requests[index];
			if (ready) answers[index] = await send(agent, ready).catch(() => undefined);
		}
	};
	await Promise.all(Array.from({ length: task.concurrency }, work));
	return answers;
}

/** The pattern of most scripts: `Promise.all` of a chunk, then the next chunk. */
async function inChunks(requests: ReadyRequest[], agent: Agent): Promise<unknown[]> {
	const answers: unknown[] = [];
	for (let start = 0; start < requests.length; start += task.concurrency) {
		const chunk = requests.slice(start, start + task.concurrency);
		const sent = chunk.map((ready) => send(agent, ready).catch(() => undefined));
		answers.push(...(await Promise.all(sent)));
	}
	return answers;
}

const warmUpAgent = newAgent();
await inWindow(
	task.warmUp.map((url) => ({ method: 'GET', url, headers: {} })),
	warmUpAgent,
);
await warmUpAgent.close();

process.stdout.write('ready\n');
await once(lines, 'line');

const meter = Meter.start();
const startedAt = performance.now();
const agent = newAgent();
const answers = await (task.inChunks ? inChunks : inWindow)(task.requests, agent);
const time = performance.now() - startedAt;
const reading = await meter.stop();

const isRight = (answer: unknown, id: number) => (answer as { id?: number } | undefined)?.id === id;
const result: ProgramResult = { time, answered: answers.filter(isRight).length, reading };
process.stdout.write(`${JSON.stringify(result)}\n`);
await agent.close();
process.exit();
