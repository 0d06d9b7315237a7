import type { IncomingHttpHeaders } from 'node:http';
import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	IConnections,
	INode,
	INodeCredentials,
	INodeExecutionData,
	INodeParameters,
	IPinData,
} from 'n8n-workflow';
import { outputItems } from '../../../scripts/n8n/ExecutionResult.ts';
import type { ExecutionResult } from '../../../scripts/n8n/ExecutionResult.ts';
import type { N8nClient } from '../../../scripts/n8n/RunningN8n.ts';
import type { Workflow } from '../../../scripts/n8n/Workflow.ts';
import type { ReceivedRequest } from '../../support/TestServer.ts';
import { startServers, withOrigins, withoutOrigins } from './movedServers.ts';
import type { MovedServers } from './movedServers.ts';
import { movedCredentials } from './movedCredentials.ts';
import type { MovedWorkflow } from './movedWorkflow.ts';
import { fieldsNode, node } from './workflows.ts';

/** A use of the node in one of its versions. */
export type VersionedUse = MovedWorkflow & { version: number };

/** What came of one use, as far as it has to be the same in both nodes. */
export interface Outcome {
	/** Items of the first and of the error output. */
	outputs: unknown[][];
	/** Items of the node behind. */
	after: unknown[];
	/** What each of the servers got. */
	received: unknown[][];
	/** What the first server counted, where the use asks for it. */
	counted: number[];
}

const credentials = new Map<string, INodeCredentials>();

/** To be called once, before the first run. */
export async function saveCredentials(n8n: N8nClient): Promise<void> {
	for (const [name, { type, data }] of Object.entries(movedCredentials)) {
		credentials.set(name, { [type]: await n8n.createCredential({ name, type, data }) });
	}
}

/**
 * Runs all uses in one workflow, each with servers of its own.
 * @returns what came of each
 * @throws if the workflow as a whole failed
 */
export async function runMoved(
	n8n: N8nClient,
	uses: VersionedUse[],
	type: string,
): Promise<Outcome[]> {
	const servers = await Promise.all(uses.map(startServers));
	try {
		const parts = uses.map((use, index) => makePart(use, `${index}`, type, servers[index]!));
		const result = await n8n.runWorkflow(joined(parts));
		if (result.status !== 'success') throw new Error(`The run failed: ${result.error?.message}`);
		return uses.map((use, index) => outcomeOf(use, `${index}`, result, servers[index]!));
	} finally {
		await close(servers);
	}
}

/** How a run ended whose node had On Error at Stop. */
export interface Ending {
	status: string;
	lastNode: string | undefined;
	error: { name: unknown; hasMessage: boolean; httpCode: unknown; itemIndex: unknown };
	received: unknown[][];
}

/** Runs one use with On Error at Stop. */
export async function runToEnd(n8n: N8nClient, use: VersionedUse, type: string): Promise<Ending> {
	const servers = await startServers(use);
	try {
		const stopping = { ...use, onError: 'stopWorkflow' as const };
		const result = await n8n.runWorkflow(joined([makePart(stopping, '0', type, servers)]));
		const { name, message, httpCode, context } = result.error ?? { message: '' };
		const ending: Ending = {
			status: result.status,
			lastNode: result.lastNodeExecuted,
			error: { name, hasMessage: message !== '', httpCode, itemIndex: context?.itemIndex },
			received: receivedBy(servers),
		};
		return withoutOrigins(ending, servers);
	} finally {
		await close([servers]);
	}
}

function outcomeOf(
	use: VersionedUse,
	key: string,
	result: ExecutionResult,
	servers: MovedServers,
): Outcome {
	const outcome: Outcome = {
		outputs: [0, 1].map((output) => itemsOf(result, `Request ${key}`, output)),
		after: use.after ? itemsOf(result, `After ${key}`) : [],
		received: receivedBy(servers),
		counted: (use.counts ?? []).map((counter) => servers.get('ORIGIN')![counter]),
	};
	return withoutOrigins(outcome, servers);
}

function receivedBy(servers: MovedServers): unknown[][] {
	return [...servers.values()].map(({ requests }) => requests.map(sentOf).sort(byText));
}

async function close(servers: MovedServers[]): Promise<void> {
	await Promise.all(servers.flatMap((each) => [...each.values()]).map((server) => server.close()));
}

/** The parameters of the node, with those that choose the credential. */
export function parametersOf({ parameters, credential }: MovedWorkflow): INodeParameters {
	const type = credential === undefined ? undefined : movedCredentials[credential]!.type;
	if (type === undefined || type === 'httpSslAuth') return parameters;
	return { ...parameters, authentication: 'genericCredentialType', genericAuthType: type };
}

/** The nodes for one use, in the order in which they are connected. */
interface Part {
	nodes: INode[];
	pinData: IPinData;
}

function makePart(use: VersionedUse, key: string, type: string, servers: MovedServers): Part {
	const { items = [{}], binary, credential, onError, after, version } = use;
	const chosen = credential === undefined ? {} : credentials.get(credential)!;
	const nodes = [
		node('Items', 'n8n-nodes-base.noOp'),
		node('Request', type, parametersOf(use), {
			typeVersion: version,
			onError: onError ?? 'continueRegularOutput',
			credentials: chosen,
		}),
		...(after ? [fieldsNode(after)] : []),
	].map((each) => ({ ...each, id: `${each.name} ${key}`, name: `${each.name} ${key}` }));
	const part: Part = {
		nodes,
		pinData: { [`Items ${key}`]: items.map((json) => ({ json, ...(binary && { binary }) })) },
	};
	const text = JSON.stringify(part).replaceAll("$('Items')", `$('Items ${key}')`);
	return JSON.parse(withOrigins(text, servers)) as Part;
}

/** One workflow, in which the trigger leads to the first node of each part. */
function joined(parts: Part[]): Workflow {
	const to = (name: string) => ({ node: name, type: NodeConnectionTypes.Main, index: 0 });
	const connections: IConnections = {
		Start: { main: [parts.map(({ nodes }) => to(nodes[0]!.name))] },
	};
	for (const { nodes } of parts) {
		for (const [index, { name }] of nodes.slice(0, -1).entries()) {
			connections[name] = { main: [[to(nodes[index + 1]!.name)]] };
		}
	}
	return {
		name: 'Moved',
		nodes: [node('Start', 'n8n-nodes-base.manualTrigger'), ...parts.flatMap(({ nodes }) => nodes)],
		connections,
		pinData: Object.assign({}, ...parts.map(({ pinData }) => pinData)) as IPinData,
		settings: { executionOrder: 'v1' },
	};
}

function itemsOf(result: ExecutionResult, name: string, output = 0): unknown[] {
	return name in result.runData ? outputItems(result, name, output).map(comparable) : [];
}

/** Headers that say when and how an answer was sent. */
const OF_THE_CONNECTION = new Set(['date', 'connection', 'keep-alive']);

function comparable({ json, binary = {}, pairedItem }: INodeExecutionData): unknown {
	// HTTP Request hands on what is no object, and the `undefined` that it makes of some answers.
	if (typeof json !== 'object' || json === null) return { json, pairedItem };
	if ('error' in json) {
		const error = json.error as { status?: unknown } | string;
		const details = json.details as { httpCode?: unknown } | undefined;
		return {
			fields: Object.keys(json).sort(),
			...{ type: typeof error, hasMessage: messageOf(error) !== '', pairedItem },
			status: typeof error === 'object' ? error.status : undefined,
			httpCode: details?.httpCode,
		};
	}
	const headers = json.headers as Record<string, unknown> | undefined;
	return {
		json: headers ? { ...json, headers: without(headers, OF_THE_CONNECTION) } : json,
		// The id names the place where this execution has stored the file.
		binary: Object.entries(binary).map(([name, { id: _id, ...file }]) => [name, file]),
		pairedItem,
	};
}

/** The two nodes describe failures differently, but each says something. */
function messageOf(error: unknown): string {
	return typeof error === 'string' ? error : String((error as { message?: unknown }).message ?? '');
}

/** Headers that the client's connection decides about. */
const OF_THE_CLIENT = new Set(['host', 'connection', 'accept-encoding']);

/** Headers that clients write in a case of their own. */
const IN_ANY_CASE = /^(accept|authorization|content-length|content-type|user-agent)$/i;

function sentOf(request: ReceivedRequest): unknown {
	const { method, url, headers, rawHeaders, body, httpVersion } = request;
	const names = rawHeaders.filter((_, index) => index % 2 === 0);
	const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1];
	const hide = (text: string) => (boundary ? text.replaceAll(boundary, 'BOUNDARY') : text);
	return {
		...{ method, url, httpVersion, body: hide(body.toString('latin1')) },
		headers: {
			...(JSON.parse(hide(JSON.stringify(without(headers, OF_THE_CLIENT)))) as object),
			...withoutChance(headers),
		},
		names: names
			.filter((name) => !OF_THE_CLIENT.has(name.toLowerCase()) && !IN_ANY_CASE.test(name))
			.sort(),
	};
}

/** Nonces and what is computed from them are new each time. */
function withoutChance({ authorization }: IncomingHttpHeaders): object {
	const scheme = /^(Digest|OAuth) /.exec(authorization ?? '')?.[1];
	return scheme === undefined ? {} : { authorization: scheme };
}

function without(record: object, names: ReadonlySet<string>): object {
	return Object.fromEntries(Object.entries(record).filter(([name]) => !names.has(name)));
}

function byText(a: unknown, b: unknown): number {
	return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
