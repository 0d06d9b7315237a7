import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
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
import type { RunningN8n } from '../../../scripts/n8n/RunningN8n.ts';
import type { Workflow } from '../../../scripts/n8n/Workflow.ts';
import { TestServer } from '../../support/TestServer.ts';
import type { ReceivedRequest } from '../../support/TestServer.ts';
import { movedCredentials } from './movedWorkflows.ts';
import type { MovedWorkflow } from './movedWorkflows.ts';
import { fieldsNode, node } from './workflows.ts';

/** A use of the node in one of its versions. */
export type VersionedUse = MovedWorkflow & { version: number };

/** What came of one use, as far as it has to be the same in both nodes. */
export interface Outcome {
	/** Items of the first and of the error output. */
	outputs: unknown[][];
	/** Items of the node behind. */
	after: unknown[];
	/** What the two servers got. */
	received: unknown[][];
}

const credentials = new Map<string, INodeCredentials>();

/** To be called once, before the first run. */
export async function saveCredentials(n8n: RunningN8n): Promise<void> {
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
	n8n: RunningN8n,
	uses: VersionedUse[],
	type: string,
): Promise<Outcome[]> {
	const servers = await Promise.all(uses.map(startServers));
	try {
		const parts = uses.map((use, index) => makePart(use, `${index}`, type, servers[index]!));
		const result = await n8n.runWorkflow(joined(parts));
		if (result.status !== 'success') throw new Error(`The run failed: ${result.error?.message}`);
		return uses
			.map((use, index) => ({
				outputs: [0, 1].map((output) => itemsOf(result, `Request ${index}`, output)),
				after: use.after ? itemsOf(result, `After ${index}`) : [],
				received: servers[index]!.map(({ requests }) => requests.map(sentOf).sort(byText)),
			}))
			.map((outcome, index) => withoutOrigins(outcome, servers[index]!));
	} finally {
		await Promise.all(servers.flat().map((server) => server.close()));
	}
}

/** The beginning of a PNG, by which it is known as one. */
const PICTURE = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000', 'hex');

async function startServers(): Promise<[TestServer, TestServer]> {
	const servers = await Promise.all([TestServer.start(), TestServer.start()]);
	for (const server of servers) {
		server.route('/mirror', answerMirror);
		server.route('/pages', answerPages);
		server.route('/digest', answerDigest);
		server.route('/files/untyped', (_request, response) => response.end(PICTURE));
		server.route('/files/a.png', (_request, response) =>
			response.setHeader('content-type', 'image/png').end(PICTURE),
		);
	}
	return servers;
}

/** Three pages, each of which names the next; behind them an empty list, or a status. */
function answerPages({ url, headers, body }: ReceivedRequest, response: ServerResponse): void {
	const { searchParams } = new URL(url, 'http://localhost');
	const sent = body.toString();
	const inBody = sent.startsWith('{') ? (JSON.parse(sent) as { page?: number }).page : undefined;
	const inForm = new URLSearchParams(sent).get('page');
	const asked = searchParams.get('page') ?? headers['x-page'] ?? inBody ?? inForm ?? 1;
	const page = Number(asked);
	const isPast = page > 3;
	const next = page < 3 ? `http://${headers.host}/pages?page=${page + 1}` : undefined;
	const entries = [page, page + 0.5].map((at) => ({ at, q: searchParams.get('q') }));
	const answer = searchParams.has('wrapped') ? { entries, next } : isPast ? [] : entries;
	response.statusCode = isPast && searchParams.has('ends') ? 404 : 200;
	response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
}

/** Says what was asked, without what differs between two clients on purpose. */
function answerMirror({ method, url, body }: ReceivedRequest, response: ServerResponse): void {
	response
		.setHeader('content-type', 'application/json')
		.end(JSON.stringify({ method, url, body: body.toString() }));
}

/** Wants a login by Digest, and takes any. */
function answerDigest(request: ReceivedRequest, response: ServerResponse): void {
	if (request.headers.authorization) return answerMirror(request, response);
	response.statusCode = 401;
	response.setHeader(
		'www-authenticate',
		'Digest realm="Staff", nonce="n1", qop="auth", opaque="o"',
	);
	response.end('Who are you?');
}

/** The nodes for one use, in the order in which they are connected. */
interface Part {
	nodes: INode[];
	pinData: IPinData;
}

function makePart(
	use: VersionedUse,
	key: string,
	type: string,
	[server, other]: [TestServer, TestServer],
): Part {
	const { items = [{}], binary, parameters, credential, onError, after, version } = use;
	const chosen = credential === undefined ? {} : credentials.get(credential)!;
	const genericAuthType = Object.keys(chosen)[0];
	const generic: INodeParameters =
		genericAuthType && genericAuthType !== 'httpSslAuth'
			? { authentication: 'genericCredentialType', genericAuthType }
			: {};
	const nodes = [
		node('Items', 'n8n-nodes-base.noOp'),
		node(
			'Request',
			type,
			{ ...parameters, ...generic },
			{ typeVersion: version, onError: onError ?? 'continueRegularOutput', credentials: chosen },
		),
		...(after ? [fieldsNode(after)] : []),
	].map((each) => ({ ...each, id: `${each.name} ${key}`, name: `${each.name} ${key}` }));
	const part: Part = {
		nodes,
		pinData: { [`Items ${key}`]: items.map((json) => ({ json, ...(binary && { binary }) })) },
	};
	const text = JSON.stringify(part)
		.replaceAll("$('Items')", `$('Items ${key}')`)
		.replaceAll('ORIGIN', server.origin)
		.replaceAll('OTHER', other.origin)
		.replaceAll('LOGIN', server.origin.replace('//', '//ada:p%40ss@'));
	return JSON.parse(text) as Part;
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
	// HTTP Request hands on the `undefined` that it makes of some answers.
	if ('error' in (json ?? {})) return { error: messageOf(json.error) !== '', pairedItem };
	const headers = json?.headers as Record<string, unknown> | undefined;
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

function sentOf({ method, url, headers, rawHeaders, body }: ReceivedRequest): unknown {
	const names = rawHeaders.filter((_, index) => index % 2 === 0);
	const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1];
	const hide = (text: string) => (boundary ? text.replaceAll(boundary, 'BOUNDARY') : text);
	return {
		...{ method, url, body: hide(body.toString('latin1')) },
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

/** The servers have other ports in each run. */
function withoutOrigins(outcome: Outcome, [server, other]: [TestServer, TestServer]): Outcome {
	const text = JSON.stringify(outcome)
		.replaceAll(server.origin, 'ORIGIN')
		.replaceAll(other.origin, 'OTHER');
	return JSON.parse(text) as Outcome;
}
