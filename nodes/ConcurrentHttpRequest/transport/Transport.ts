import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';

import type { HttpRequest } from './HttpRequest';
import { ConnectionPool, type ConnectionPoolOptions } from './ConnectionPool';
import type { EgressPolicy } from './EgressPolicy';
import { Exchange, type ExchangeRequest, type OpenRequest } from './Exchange';
import type { HttpResponse } from './HttpResponse';
import { chooseProxy, type ProxyChoice } from './proxy';
import { isRepeatable, openBody, type RepeatableBody } from './RepeatableBody';
import { isRedirect, redirected } from './redirect';
import { toTransportFailure, TransportFailure } from './TransportFailure';

/** A request on its way, redirects included. */
interface Flight {
	exchange: Exchange | undefined;
	failure: TransportFailure | undefined;
	/** Ends the flight at once, whatever it waits for. */
	abort(failure: TransportFailure): void;
}

/**
 * Sends requests on pooled connections under n8n's egress rules, follows redirects, and can
 * end everything at once. One transport serves one run of the node.
 */
export class Transport {
	private readonly egress: EgressPolicy;
	private readonly pool: ConnectionPool;
	private readonly flights = new Set<Flight>();
	private readonly checkedOrigins = new Map<string, Promise<void>>();
	private readonly proxyByOrigin = new Map<string, ProxyChoice | undefined>();
	private closed: TransportFailure | undefined;

	constructor(options: ConnectionPoolOptions) {
		this.egress = options.egress;
		this.pool = new ConnectionPool(options);
	}

	/**
	 * @returns the last answer, whatever its status
	 * @throws {TransportFailure} when no answer came
	 */
	async send(request: HttpRequest): Promise<HttpResponse> {
		if (this.closed) throw this.closed;
		return await new Promise<HttpResponse>((resolve, reject) => {
			const flight: Flight = {
				exchange: undefined,
				failure: undefined,
				abort(failure) {
					flight.failure = failure;
					flight.exchange?.abort(failure);
					land(() => reject(failure));
				},
			};
			const timer = setTimeout(() => flight.abort(timedOut(request.timeout)), request.timeout);
			const land = (settle: () => void) => {
				clearTimeout(timer);
				this.flights.delete(flight);
				settle();
			};
			this.flights.add(flight);
			this.follow(request, flight).then(
				(response) => land(() => resolve(response)),
				(error: unknown) => land(() => reject(toTransportFailure(error))),
			);
		});
	}

	/** Ends everything in flight at once; later requests fail in the same way. */
	abort(failure: TransportFailure): void {
		this.closed ??= failure;
		for (const flight of [...this.flights]) flight.abort(failure);
	}

	/** Closes every connection. To be called when the run has ended, however it ended. */
	async close(): Promise<void> {
		this.abort(new TransportFailure('cancelled', 'The run has ended'));
		await this.pool.destroy();
	}

	private async follow(request: HttpRequest, flight: Flight): Promise<HttpResponse> {
		let hop: ExchangeRequest = request;
		for (let redirects = 0; ; redirects++) {
			this.egress.checkCredentialDomain(hop.url, request.credential.allowedDomains);
			await this.checkOrigin(hop.url);
			const response = await this.exchange(hop, request, flight);
			if (request.maxRedirects === 0 || !isRedirect(response)) return response;
			if (redirects === request.maxRedirects) {
				throw new TransportFailure(
					'redirect not followed',
					`The server redirected more than ${request.maxRedirects} times`,
				);
			}
			hop = redirected(request, hop, response);
			// undici counts the connection as free a turn of the event loop after its answer.
			await setImmediate();
			this.egress.checkRedirect(hop.url);
		}
	}

	private async exchange(
		hop: ExchangeRequest,
		request: HttpRequest,
		flight: Flight,
	): Promise<HttpResponse> {
		const proxy = this.proxyFor(hop.url, request.proxy);
		if (proxy?.chosenInNode) await this.checkOrigin(new URL(proxy.url));
		const dispatcher = this.pool.dispatcher(proxy, request.allowUnauthorizedCerts);
		const { body } = hop;
		if (isRepeatable(body)) return await this.upload(hop, body, dispatcher, flight);
		return await this.perform({ ...hop, body }, dispatcher, flight);
	}

	/** An exchange whose body is read while it is sent. However it ends, the body's source is let go. */
	private async upload(
		hop: ExchangeRequest,
		body: RepeatableBody,
		dispatcher: Dispatcher,
		flight: Flight,
	): Promise<HttpResponse> {
		const { length, stream } = await openBody(body);
		const headers =
			length === undefined ? hop.headers : { ...hop.headers, 'content-length': String(length) };
		try {
			return await this.perform({ ...hop, headers, body: stream }, dispatcher, flight);
		} finally {
			stream.destroy();
		}
	}

	private async perform(
		request: OpenRequest,
		dispatcher: Dispatcher,
		flight: Flight,
	): Promise<HttpResponse> {
		// The flight may have ended while the policy was asked, or a file was opened.
		if (flight.failure) throw flight.failure;
		flight.exchange = new Exchange(request);
		flight.exchange.start(dispatcher);
		return await flight.exchange.response;
	}

	/**
	 * The policy looks at the host only, and every later connection is checked again by its
	 * look-up, so one answer for an origin holds for the run.
	 */
	private async checkOrigin(url: URL): Promise<void> {
		let check = this.checkedOrigins.get(url.origin);
		if (!check) {
			check = this.egress.checkUrl(url).catch((error: unknown) => {
				this.checkedOrigins.delete(url.origin);
				throw error;
			});
			this.checkedOrigins.set(url.origin, check);
		}
		await check;
	}

	private proxyFor(url: URL, nodeOption: string | undefined): ProxyChoice | undefined {
		if (nodeOption !== undefined) return chooseProxy(url, nodeOption);
		if (!this.proxyByOrigin.has(url.origin)) {
			this.proxyByOrigin.set(url.origin, chooseProxy(url, undefined));
		}
		return this.proxyByOrigin.get(url.origin);
	}
}

function timedOut(timeout: number): TransportFailure {
	return new TransportFailure('timeout', `No complete answer within ${timeout} ms`);
}
