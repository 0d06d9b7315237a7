import { setImmediate } from 'node:timers/promises';

import type { HttpRequest } from './HttpRequest';
import { ConnectionPool, type ConnectionPoolOptions } from './ConnectionPool';
import { type ClientCertificate, withoutIdentity } from './ClientCertificate';
import type { EgressPolicy } from './EgressPolicy';
import { Exchange, type ExchangeRequest } from './Exchange';
import { asksForHttp1, fitsHttp2 } from './http2';
import type { HttpResponse } from './HttpResponse';
import { chooseProxy, type ProxyChoice } from './proxy';
import { isRedirect, mayCarryCredentials, redirected } from './redirect';
import { signHop } from './signHop';
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
	/** Origins that do not want to serve something over HTTP/2. */
	private readonly http1Origins = new Set<string>();
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
			const response = await this.exchange(hop, request, flight).catch((error: unknown) => {
				// The server before has had the request: who sends it again starts from there.
				if (redirects > 0) throw sentBefore(toTransportFailure(error));
				throw error;
			});
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
		const { allowUnauthorizedCerts } = request;
		const { origin, protocol } = hop.url;
		const http2 =
			request.http2 &&
			protocol === 'https:' &&
			!this.http1Origins.has(origin) &&
			fitsHttp2(hop.headers);
		const certificate = this.certificateFor(hop.url, request);
		const dispatcher = this.pool.dispatcher({ proxy, allowUnauthorizedCerts, http2, certificate });
		const signed = request.sign ? await signHop(request, hop) : hop;
		// The flight may have ended while the policy or the signature was waited for.
		if (flight.failure) throw flight.failure;
		flight.exchange = new Exchange(signed);
		flight.exchange.start(dispatcher);
		try {
			return await flight.exchange.response;
		} catch (error) {
			if (!http2 || !asksForHttp1(error)) throw error;
			this.http1Origins.add(origin);
			return await this.exchange(hop, request, flight);
		}
	}

	/** A certificate is a credential: no other origin gets to see it. */
	private certificateFor(url: URL, request: HttpRequest): ClientCertificate | undefined {
		const { clientCertificate } = request;
		if (!clientCertificate) return undefined;
		if (!mayCarryCredentials(request, url)) return withoutIdentity(clientCertificate);
		this.egress.checkCredentialDomain(url, clientCertificate.allowedDomains);
		return clientCertificate;
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

function sentBefore(failure: TransportFailure): TransportFailure {
	return Object.assign(failure, { isUnsent: false, isStaleConnection: false });
}

function timedOut(timeout: number): TransportFailure {
	return new TransportFailure('timeout', `No complete answer within ${timeout} ms`);
}
