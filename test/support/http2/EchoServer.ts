import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { numbered } from '../workflow/runWorkflow.ts';
import { pairsOf, sendItems, type SendResult } from '../workflow/sendItems.ts';
import {
	type RawHttp2Connection,
	RawHttp2Server,
	type RawHttp2ServerOptions,
} from './RawHttp2Server.ts';

/** A complete request. */
export interface Received {
	readonly connection: RawHttp2Connection;
	readonly stream: number;
	/** Number of the item. */
	readonly id: number;
	/** How many requests of this item have come, this one included. */
	readonly attempt: number;
	/** How many requests have come on this connection, this one included. */
	readonly ordinal: number;
}

/** What came of a run. */
export interface EchoRun extends SendResult {
	/** Numbers of the items that have a response. */
	readonly succeeded: number[];
	/** Numbers of the items that have an error. */
	readonly failed: number[];
	/** The error of each failed item as text, by number. */
	readonly problems: ReadonlyMap<number, string>;
}

export interface EchoRunOptions {
	readonly parameters?: INodeParameters;
	/** The node's options. */
	readonly options?: INodeParameters;
	readonly items?: INodeExecutionData[];
	/** Aborting it presses Stop. */
	readonly signal?: AbortSignal;
}

/** Everything that Retry covers is tried again, at once. */
const RETRY: INodeParameters = {
	retry: { maxTries: 5, settings: { firstWait: 0.001, longestWait: 0.001, retriesPer100: 100 } },
};

/**
 * A server of raw HTTP/2 frames that knows which item a request belongs to: the body says so. It
 * counts what it carries out.
 */
export class EchoServer {
	raw!: RawHttp2Server;
	private readonly carriedOut = new Map<number, number>();

	/** @param respond called with each complete request, and how to count its effect and to respond */
	static async start(
		respond: (request: Received, echo: EchoServer) => void,
		options: Omit<RawHttp2ServerOptions, 'received'> & {
			/** Called with each HEADERS frame that opens a stream. */
			readonly opened?: (connection: RawHttp2Connection, stream: number) => void;
		} = {},
	): Promise<EchoServer> {
		const { opened = () => {}, ...others } = options;
		const attempts = new Map<number, number>();
		const ordinals = new Map<RawHttp2Connection, number>();
		const echo = new EchoServer();
		echo.raw = await RawHttp2Server.start(opened, {
			opensWindows: true,
			...others,
			received: (connection, stream, body) => {
				const { id } = JSON.parse(body.toString()) as { id: number };
				const [attempt, ordinal] = [count(attempts, id), count(ordinals, connection)];
				respond({ connection, stream, id, attempt, ordinal }, echo);
			},
		});
		return echo;
	}

	/** The request has had its effect. */
	carryOut({ id }: Pick<Received, 'id'>): void {
		count(this.carriedOut, id);
	}

	/** Carries the request out, and responds with its number. */
	succeed(request: Received): void {
		const { connection, stream, id } = request;
		this.carryOut(request);
		connection.headers(stream);
		connection.data(stream, JSON.stringify({ id }), { end: true });
	}

	/**
	 * Sends a POST with its number for each item, 10 at a time, with Retry. Checks what holds whatever
	 * the server does: each item comes out once and in its place, with its own response or an error;
	 * the server carries no POST out twice; no connection is left.
	 */
	async run(count: number, settings: EchoRunOptions = {}): Promise<EchoRun> {
		const { parameters = {}, options = {}, items: input = numbered(count), signal } = settings;
		const result = await sendItems(
			{
				...{ url: this.raw.origin, method: 'POST', maxConcurrency: 10 },
				...{ sendBody: true, specifyBody: 'json', jsonBody: '={{ { "id": $json.id } }}' },
				retry: RETRY,
				options: { allowUnauthorizedCerts: true, ...options },
				...parameters,
			},
			{
				...{ items: input, onError: 'continueRegularOutput' },
				// No connection is kept for a later run, so that each has to end.
				env: { CONCURRENT_HTTP_KEEP_CONNECTIONS: '0' },
				...(signal && { signal }),
			},
		);
		const run = assess(result);
		if (!signal) {
			expect(result.error).toBeUndefined();
			expect(result.items).toHaveLength(count);
		}
		const { method = 'POST' } = parameters;
		for (const id of run.succeeded) expect(this.carriedOut.get(id)).toBeGreaterThanOrEqual(1);
		if (method === 'POST') expect(Math.max(1, ...this.carriedOut.values())).toBe(1);
		await this.connectionsToClose();
		return run;
	}

	async close(): Promise<void> {
		await this.raw.close();
	}

	/** The server learns a moment later that its connections have ended. */
	private async connectionsToClose(): Promise<void> {
		for (let turn = 0; turn < 1000 && this.raw.openSockets > 0; turn++) {
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
		expect(this.raw.openSockets).toBe(0);
	}
}

function assess(result: SendResult): EchoRun {
	const { items } = result;
	const problems = new Map<number, string>();
	const ids = [...items.keys()];
	expect(pairsOf(items)).toEqual(ids);
	for (const [id, { json }] of items.entries()) {
		if ('error' in json) problems.set(id, JSON.stringify(json.error));
		else expect(json).toEqual({ id });
	}
	const succeeded = ids.filter((id) => !problems.has(id));
	return { ...result, succeeded, failed: [...problems.keys()], problems };
}

function count<T>(counts: Map<T, number>, key: T): number {
	const value = (counts.get(key) ?? 0) + 1;
	counts.set(key, value);
	return value;
}
