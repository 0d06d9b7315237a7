import { join } from 'node:path';
import { N8nPeer } from '../n8n/N8nPeer.ts';
import type { N8nUnderTest } from '../n8n/N8nUnderTest.ts';
import {
	httpRequest,
	httpRequestBatched,
	looped,
	ourNode,
	ourNodeTelling,
	pinnedAnswers,
	straight,
} from '../n8n/workflows.ts';
import type { Peer } from './Peer.ts';
import { ProgramPeer } from './ProgramPeer.ts';

/** One at a time takes so long that some of the items must do. */
const ONE_AT_A_TIME_SHARE = 0.04;

/** Every client, in the order in which they take turns. */
export function makePeers(n8n: N8nUnderTest, python = 'python3'): Peer[] {
	const bareLoop = {
		command: process.execPath,
		args: [join(import.meta.dirname, 'bareLoop.ts')],
	};
	const aiohttp = {
		command: python,
		args: [join(import.meta.dirname, 'aiohttp_client.py')],
	};
	return [
		new N8nPeer(n8n, {
			name: 'ours',
			title: () => 'Concurrent HTTP Request (this node)',
			workflow: (setting) => straight(setting, ourNode(setting)),
		}),
		new N8nPeer(n8n, {
			name: 'oursTelling',
			title: () => 'this node with Request Details and Summary',
			workflow: (setting) => straight(setting, ourNodeTelling(setting)),
		}),
		new N8nPeer(n8n, {
			name: 'httpRequest',
			title: () => 'HTTP Request',
			workflow: (setting) => straight(setting, httpRequest(setting)),
		}),
		new N8nPeer(n8n, {
			name: 'httpRequestBatched',
			title: (concurrency) => `HTTP Request, batches of ${concurrency}`,
			workflow: (setting) => straight(setting, httpRequestBatched(setting)),
		}),
		new N8nPeer(n8n, {
			name: 'loopOverItems',
			title: (concurrency) => `HTTP Request in Loop Over Items, ${concurrency} each`,
			workflow: (setting) => looped(setting, httpRequest(setting), setting.case.concurrency),
		}),
		new N8nPeer(n8n, {
			name: 'oneAtATime',
			title: () => 'HTTP Request in Loop Over Items, one at a time',
			share: ONE_AT_A_TIME_SHARE,
			workflow: (setting) => looped(setting, httpRequest(setting), 1),
		}),
		new N8nPeer(n8n, {
			name: 'oursLooped',
			title: () => 'this node in Loop Over Items, one item each',
			workflow: (setting) => looped(setting, ourNode(setting), 1),
		}),
		new N8nPeer(n8n, {
			name: 'httpRequestLooped',
			title: () => 'HTTP Request in Loop Over Items, one item each',
			workflow: (setting) => looped(setting, httpRequest(setting), 1),
		}),
		new N8nPeer(n8n, {
			name: 'pinned',
			title: () => 'no request, the same items given',
			workflow: (setting) => straight(setting, pinnedAnswers(setting)),
		}),
		new ProgramPeer({
			...aiohttp,
			name: 'aiohttp',
			title: (concurrency) => `Python aiohttp, semaphore of ${concurrency}`,
		}),
		new ProgramPeer({
			...aiohttp,
			name: 'aiohttpChunks',
			title: (concurrency) => `Python aiohttp, gathered chunks of ${concurrency}`,
			inChunks: true,
		}),
		new ProgramPeer({
			...bareLoop,
			name: 'undici',
			title: () => 'bare undici loop (the limit of the runtime)',
		}),
		new ProgramPeer({
			...bareLoop,
			name: 'undiciChunks',
			title: (concurrency) => `undici, Promise.all of chunks of ${concurrency}`,
			inChunks: true,
		}),
	];
}
