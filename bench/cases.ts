import type { Case } from './Case.ts';
import type { PeerName } from './peers/Peer.ts';

const usual = {
	protocol: 'http',
	latency: '20',
	size: '1k',
	expressions: 'simple',
	items: 5_000,
	quickItems: 300,
	concurrency: 50,
} as const;

const everyone: PeerName[] = [
	'ours',
	'httpRequest',
	'httpRequestBatched',
	'loopOverItems',
	'oneAtATime',
	'aiohttp',
	'aiohttpChunks',
	'undici',
];

const single = {
	...usual,
	latency: '0',
	items: 1,
	quickItems: 1,
	peers: ['ours', 'httpRequest'] as PeerName[],
} as const;

/** The rows of the benchmark. */
export const cases: Case[] = [
	{ ...usual, name: 'http', peers: everyone },
	{
		...usual,
		name: 'https',
		protocol: 'https',
		peers: ['ours', 'httpRequest', 'aiohttp', 'undici'],
	},
	{
		...usual,
		name: 'everyday',
		expressions: 'everyday',
		peers: ['ours', 'httpRequest', 'aiohttp', 'undici'],
	},
	{
		...usual,
		name: 'everyday-https',
		protocol: 'https',
		expressions: 'everyday',
		peers: ['ours', 'httpRequest', 'undici'],
	},
	{
		...usual,
		name: 'engine',
		expressions: 'engine',
		peers: ['ours', 'httpRequest', 'undici'],
	},
	{
		...usual,
		name: 'http2',
		protocol: 'h2',
		peers: ['ours', 'undici'],
	},
	{
		...usual,
		name: 'slow',
		latency: '200',
		items: 1_000,
		quickItems: 100,
		peers: ['ours', 'httpRequest', 'aiohttp', 'undici'],
	},
	{
		...usual,
		name: 'tail',
		latency: 'tail',
		items: 300,
		quickItems: 100,
		peers: ['ours', 'httpRequest', 'aiohttp', 'aiohttpChunks', 'undici', 'undiciChunks'],
	},
	{
		...usual,
		name: 'instant-10k',
		latency: '0',
		items: 10_000,
		quickItems: 1_000,
		peers: ['ours', 'undici'],
	},
	{
		...usual,
		name: 'instant-20k',
		latency: '0',
		items: 20_000,
		quickItems: 2_000,
		peers: ['ours', 'oursTelling', 'httpRequest', 'aiohttp', 'undici'],
	},
	{
		...usual,
		name: 'instant-100k',
		latency: '0',
		items: 100_000,
		quickItems: 10_000,
		freshN8n: true,
		peers: ['ours', 'oursTelling', 'pinned', 'undici'],
	},
	{ ...usual, name: 'first-run', warmUp: 0, peers: ['ours', 'undici'] },
	{
		...usual,
		name: 'first-run-20k',
		latency: '0',
		items: 20_000,
		quickItems: 2_000,
		warmUp: 0,
		peers: ['ours', 'undici'],
	},
	{ ...single, name: 'first-request', warmUp: 0 },
	{ ...single, name: 'one-request', warmUp: 1_000 },
	{
		...usual,
		name: 'loop-local',
		latency: '0',
		items: 300,
		quickItems: 20,
		warmUp: 1_000,
		peers: ['oursLooped', 'httpRequestLooped'],
	},
	{
		...usual,
		name: 'loop',
		protocol: 'distant',
		latency: '0',
		items: 100,
		quickItems: 20,
		warmUp: 100,
		peers: ['oursLooped', 'httpRequestLooped'],
	},
	...[50, 200].map((concurrency): Case => ({
		...usual,
		name: `large-${concurrency}`,
		size: '100k',
		items: 10_000,
		quickItems: 300,
		concurrency,
		freshN8n: true,
		// With more in flight, only what changes by that is of interest.
		peers: concurrency === 50 ? ['ours', 'pinned', 'undici'] : ['ours'],
	})),
];
