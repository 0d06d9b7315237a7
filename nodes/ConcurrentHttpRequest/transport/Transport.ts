import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';

import { isIdempotent } from '../common/idempotent';
import type { BodyReceiver } from './BodyReceiver';
import type { HttpRequest } from './HttpRequest';
import { ConnectionPool, type ConnectionPoolOptions } from './ConnectionPool';
import type { ClientCertificate } from './ClientCertificate';
import type { EgressPolicy } from './EgressPolicy';
import { Exchange, type OpenedBody, type Reading } from './Exchange';
import { Flight } from './Flight';
import { headerNameIn } from './headerNameIn';
import { asksForHttp1, fitsHttp2 } from './http2';
import type { HttpResponse } from './HttpResponse';
import { chooseProxy, type ProxyChoice } from './proxy';
import { isRepeatable, openBody, type RepeatableBody } from './RepeatableBody';
import { ReadingMemory } from './ReadingMemory';
import { isRedirect } from './redirect';
import { signRequest } from './signRequest';
import { toTransportFailure, TransportFailure } from './TransportFailure';

export interface SendOptions<T> {
	/** Milliseconds that the request may take; its own timeout, if left out. */
	readonly timeLeft?: number;
	/** Called once, when the request is written to its connection. */
	readonly onSent?: (() => void) | undefined;
	/** Takes the bodies that it wants while they arrive. */
	readonly receiver?: BodyReceiver<T> | undefined;
}

/** What an exchange is given beside its request. */
interface Sending<T> {
	readonly onSent: (() => void) | undefined;
	readonly reading: Reading<T>;
}

/**
 * Sends requests on pooled connections under n8n's egress rules, and can end everything at once.
 * One transport serves one run of the node.
 */
export class Transport {
	private readonly egress: EgressPolicy;
	private readonly pool: ConnectionPool;
	private readonly memory: ReadingMemory;
	private readonly flights = new Set<Flight>();
	private readonly allowedOrigins = new Set<string>();
	private readonly checksOfOrigins = new Map<string, Promise<void>>();
	/** By the node's option, else by the target's origin. */
	private readonly proxies = new Map<string, ProxyChoice | undefined>();
	/** Origins that do not want to serve something over HTTP/2. */
	private readonly http1Origins = new Set<string>();
	private closed: TransportFailure | undefined;

	constructor(options: ConnectionPoolOptions, memory = new ReadingMemory()) {
		this.memory = memory;
		this.egress = options.egress;
		this.pool = new ConnectionPool(options);
	}

	/**
	 * Sends one request and receives its response; redirects are responses like any other.
	 *
	 * @returns the response, whatever its status
	 * @throws {TransportFailure} when no complete response came
	 */
	async send<T>(request: HttpRequest, options: SendOptions<T> = {}): Promise<HttpResponse<T>> {
		if (this.closed) throw this.closed;
		const { timeLeft = request.timeout, onSent, receiver } = options;
		const { maxRedirects, maxResponseSize } = request;
		const followsRedirects = maxRedirects > 0;
		const flight = new Flight(timeLeft, request.timeout);
		const claim = () => this.memory.claim(flight);
		const reading = { receiver, followsRedirects, maxResponseSize, claim };
		this.flights.add(flight);
		try {
			this.egress.checkCredentialDomain(request.url, request.credential.allowedDomains);
			const check = this.checkOrigin(request);
			if (check) await flight.waitFor(check);
			const response = await this.exchange(request, flight, { onSent, reading });
			// undici counts the connection as free a turn of the event loop after its response, and the
			// redirect may well go to the same host.
			if (followsRedirects && isRedirect(response)) await setImmediate();
			return response;
		} catch (error) {
			throw toTransportFailure(error);
		} finally {
			flight.land();
			this.flights.delete(flight);
		}
	}

	/** Ends everything in flight at once; later requests fail in the same way. */
	abort(failure: TransportFailure): void {
		this.closed ??= failure;
		for (const flight of [...this.flights]) flight.abort(failure);
	}

	/** Hosts, with their ports, whose responses may have been taken for those of other requests. */
	get distrusted(): ReadonlySet<string> {
		return this.pool.distrusted;
	}

	/** Closes every connection. To be called when the run has ended, however it ended. */
	async close(): Promise<void> {
		this.abort(new TransportFailure('cancelled', 'The run has ended'));
		await this.pool.destroy();
	}

	private exchange<T>(
		request: HttpRequest,
		flight: Flight,
		sending: Sending<T>,
	): Promise<HttpResponse<T>> {
		const preparation = this.prepare(request, flight);
		// Most have nothing to wait for but their response, and each promise on the way costs time.
		return preparation
			? preparation.then((signed) => this.dispatch(signed, flight, sending))
			: this.dispatch(request, flight, sending);
	}

	/** @returns `undefined` when the request can be sent as it is */
	private prepare(request: HttpRequest, flight: Flight): Promise<HttpRequest> | undefined {
		const proxy = this.proxyFor(request);
		if (proxy) prepareForProxy(request, proxy);
		const proxyUrl = proxy?.chosenInNode ? new URL(proxy.url) : undefined;
		const check = proxyUrl && this.checkOrigin({ url: proxyUrl, origin: proxyUrl.origin });
		const observation = this.observationFor(request, proxy);
		if (check || observation) {
			const ready = Promise.all([check, observation]);
			return flight.waitFor(ready.then(() => signRequest(request)));
		}
		return request.sign && flight.waitFor(signRequest(request));
	}

	/** @returns what a request waits for that a connection closed by its server would lose */
	private observationFor({ url, method, keepAlive }: HttpRequest, proxy: ProxyChoice | undefined) {
		if (!keepAlive || isIdempotent(method)) return undefined;
		return this.pool.keepAlive.observation(connectedTo(url, proxy));
	}

	private dispatch<T>(
		request: HttpRequest,
		flight: Flight,
		sending: Sending<T>,
	): Promise<HttpResponse<T>> {
		const { allowUnauthorizedCerts, body } = request;
		const proxy = this.proxyFor(request);
		const server = connectedTo(request.url, proxy);
		const keepAlive =
			request.keepAlive && this.pool.keepAlive.reuses(server, isIdempotent(request.method));
		const http2 = request.http2 && keepAlive && this.mayBeHttp2(request);
		const certificate = this.certificateFor(request);
		const dispatcher = this.pool.dispatcher({
			proxy,
			allowUnauthorizedCerts,
			http2,
			certificate,
			keepAlive,
		});
		const response = isRepeatable(body)
			? upload(request, body, dispatcher, flight, sending)
			: perform(request, body, dispatcher, flight, sending);
		if (!http2) return response;
		return response.catch((error: unknown) => {
			if (!asksForHttp1(error)) throw error;
			this.http1Origins.add(request.origin);
			return this.exchange(request, flight, sending);
		});
	}

	private mayBeHttp2({ url, origin, headers }: HttpRequest): boolean {
		return url.protocol === 'https:' && !this.http1Origins.has(origin) && fitsHttp2(headers);
	}

	private certificateFor({ url, clientCertificate }: HttpRequest): ClientCertificate | undefined {
		if (clientCertificate) {
			this.egress.checkCredentialDomain(url, clientCertificate.allowedDomains);
		}
		return clientCertificate;
	}

	/**
	 * The policy looks at the host only, and every later connection is checked again by its
	 * look-up, so one answer for an origin holds for the run.
	 *
	 * @returns `undefined` when it is known to be allowed
	 */
	private checkOrigin({
		url,
		origin,
	}: Pick<HttpRequest, 'url' | 'origin'>): Promise<void> | undefined {
		if (this.allowedOrigins.has(origin)) return undefined;
		let check = this.checksOfOrigins.get(origin);
		if (!check) {
			check = this.egress
				.checkUrl(url)
				.then(() => void this.allowedOrigins.add(origin))
				.finally(() => this.checksOfOrigins.delete(origin));
			this.checksOfOrigins.set(origin, check);
		}
		return check;
	}

	private proxyFor({ url, origin, proxy: nodeOption }: HttpRequest): ProxyChoice | undefined {
		const key = nodeOption === undefined ? origin : `node ${nodeOption}`;
		if (!this.proxies.has(key)) this.proxies.set(key, chooseProxy(url, nodeOption));
		return this.proxies.get(key);
	}
}

/** The host and port to which a request's connection is made. */
function connectedTo(url: URL, proxy: ProxyChoice | undefined): string {
	return url.protocol === 'http:' && proxy ? new URL(proxy.url).host : url.host;
}

/** An exchange whose body is read while it is sent. However it ends, its source is let go. */
async function upload<T>(
	request: HttpRequest,
	body: RepeatableBody,
	dispatcher: Dispatcher,
	flight: Flight,
	sending: Sending<T>,
): Promise<HttpResponse<T>> {
	const opening = openBody(body);
	const { length, stream } = await flight.waitFor(opening).catch((error: unknown) => {
		opening.then(
			(late) => late.stream.destroy(),
			() => {},
		);
		throw error;
	});
	const sized =
		length === undefined
			? request
			: { ...request, headers: { ...request.headers, 'content-length': String(length) } };
	try {
		return await perform(sized, stream, dispatcher, flight, sending);
	} finally {
		stream.destroy();
	}
}

function perform<T>(
	request: HttpRequest,
	body: OpenedBody,
	dispatcher: Dispatcher,
	flight: Flight,
	{ onSent, reading }: Sending<T>,
): Promise<HttpResponse<T>> {
	// The flight may have ended while the policy, the signature or a file was waited for.
	if (flight.failure) return Promise.reject(flight.failure);
	const exchange = new Exchange(request, body, onSent, reading);
	flight.exchange = exchange;
	exchange.start(dispatcher);
	return exchange.response;
}

/**
 * Notes what must not be shown of the proxy.
 *
 * @throws {TransportFailure} for a login that a tunnel would hand to the server
 */
function prepareForProxy({ headers, secrets }: HttpRequest, proxy: ProxyChoice): void {
	for (const secret of proxy.secrets) {
		if (!secrets.includes(secret)) secrets.push(secret);
	}
	if (headerNameIn(headers, 'proxy-authorization') !== undefined) {
		throw new TransportFailure(
			'proxy refused',
			'A header Proxy-Authorization is not sent through a proxy: the server might get it',
		);
	}
}
