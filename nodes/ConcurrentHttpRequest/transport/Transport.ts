import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';

import { isIdempotent } from '../common/idempotent';
import { Cancellation } from './Cancellation';
import type { ConnectionPool, ConnectionPoolOptions } from './ConnectionPool';
import type { EgressPolicy } from './EgressPolicy';
import { Exchange, type SendOptions } from './Exchange';
import { headerNameIn } from './requestHeaders';
import { asksForHttp1, fitsHttp2 } from './http2';
import type { HttpRequest, RequestHeaders } from './HttpRequest';
import type { HttpResponse } from './HttpResponse';
import { keptPools } from './KeptPools';
import { chooseProxy, type ProxyChoice } from './proxy';
import { ResponseMemory } from './ResponseMemory';
import { isRepeatable, openBody, type RepeatableBody } from './RepeatableBody';
import { isRedirect } from './responseHeaders';
import { toTransportFailure } from './toTransportFailure';
import { TransportFailure } from './TransportFailure';

/**
 * Sends requests on pooled connections under n8n's egress rules, and can end everything at once.
 * One transport serves one run of the node.
 */
export class Transport {
	private readonly egress: EgressPolicy;
	private readonly pool: ConnectionPool;
	private readonly memory: ResponseMemory;
	private readonly inFlight = new Set<Cancellation>();
	private readonly allowedOrigins = new Set<string>();
	private readonly checksOfOrigins = new Map<string, Promise<void>>();
	/** By the node's option, else by the target's origin. */
	private readonly proxies = new Map<string, ProxyChoice | undefined>();
	/** Origins that do not want to serve something over HTTP/2. */
	private readonly http1Origins = new Set<string>();
	private closed: TransportFailure | undefined;

	constructor(options: ConnectionPoolOptions, memory = new ResponseMemory()) {
		this.memory = memory;
		this.egress = options.egress;
		this.pool = keptPools.take(options);
	}

	/**
	 * Sends one request and receives its response; redirects are responses like any other.
	 *
	 * @returns the response, whatever its status
	 * @throws {TransportFailure} when no complete response came
	 * @throws what `sign` throws
	 */
	async send<T>(request: HttpRequest, options: SendOptions<T> = {}): Promise<HttpResponse<T>> {
		if (this.closed) throw this.closed;
		const { timeLeft = request.timeout } = options;
		options.facts?.exchange.started();
		const cancellation = new Cancellation(timeLeft, request.timeout);
		this.inFlight.add(cancellation);
		let isSigning = false;
		try {
			this.checkCredentials(request);
			const check = this.checkOrigin(request.url, request.origin);
			if (check) await cancellation.waitFor(check);
			const proxy = this.proxyFor(request);
			if (proxy) prepareForProxy(request, proxy);
			// Most have nothing to wait for but their response, and each promise on the way costs time.
			const ready = this.prepare(request, proxy);
			if (ready) await cancellation.waitFor(ready);
			isSigning = true;
			const signed = request.sign ? await cancellation.waitFor(signRequest(request)) : request;
			isSigning = false;
			const response = await this.exchange(signed, proxy, options, cancellation);
			// undici counts the connection as free a turn of the event loop after its response, and the
			// redirect may well go to the same host.
			if (request.maxRedirects > 0 && isRedirect(response)) await setImmediate();
			return response;
		} catch (error) {
			// The network has no part in it.
			if (isSigning) throw error;
			const hasResponse = cancellation.exchange?.progress?.hasHead === true;
			if (hasResponse || !asksForHttp1(error)) throw toTransportFailure(error);
			this.http1Origins.add(request.origin);
			return await this.send(request, { ...options, timeLeft: cancellation.timeLeft });
		} finally {
			cancellation.end();
			this.inFlight.delete(cancellation);
		}
	}

	/**
	 * Checks what {@link send} checks before it connects, and notes in the request what must not be shown
	 * of its proxy. n8n's egress rules may look the host up.
	 *
	 * @throws {TransportFailure} where the request would be refused
	 */
	async check(request: HttpRequest): Promise<void> {
		this.checkCredentials(request);
		await this.checkOrigin(request.url, request.origin);
		const proxy = this.proxyFor(request);
		if (!proxy) return;
		prepareForProxy(request, proxy);
		const proxyUrl = new URL(proxy.url);
		if (proxy.chosenInNode) await this.checkOrigin(proxyUrl, proxyUrl.origin);
	}

	/** Ends everything in flight at once; later requests fail in the same way. */
	abort(failure: TransportFailure): void {
		this.closed ??= failure;
		for (const cancellation of [...this.inFlight]) cancellation.cancel(failure);
	}

	/** Hosts, with their ports, whose responses may have been taken for those of other requests. */
	get distrusted(): string[] {
		return this.pool.distrusted;
	}

	/**
	 * To be called once, when the run has ended, however it ended. Leaves the connections to the next run
	 * if all requests came to their end, and else closes them.
	 */
	async close(): Promise<void> {
		const isOver = !this.closed && this.inFlight.size === 0;
		this.abort(new TransportFailure('cancelled', 'The run has ended'));
		if (isOver) await keptPools.keep(this.pool);
		else await this.pool.destroy();
	}

	private checkCredentials({ url, credential, clientCertificate }: HttpRequest): void {
		this.egress.checkCredentialDomain(url, credential.allowedDomains);
		if (!clientCertificate) return;
		this.egress.checkCredentialDomain(url, clientCertificate.allowedDomains);
	}

	/**
	 * The policy looks at the host only, and every later connection is checked again by its
	 * look-up, so one check of an origin holds for the run.
	 *
	 * @returns `undefined` when it is known to be allowed
	 */
	private checkOrigin(url: URL, origin: string): Promise<void> | undefined {
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

	/** @returns what the request waits for before it is sent, if anything */
	private prepare(
		{ url, method, keepAlive }: HttpRequest,
		proxy: ProxyChoice | undefined,
	): Promise<unknown> | undefined {
		const proxyUrl = proxy?.chosenInNode ? new URL(proxy.url) : undefined;
		const check = proxyUrl && this.checkOrigin(proxyUrl, proxyUrl.origin);
		const isLostWithConnection = keepAlive && !isIdempotent(method);
		const observation = isLostWithConnection
			? this.pool.server(connectedTo(url, proxy)).observation
			: undefined;
		return check ? Promise.all([check, observation]) : observation;
	}

	private proxyFor({ url, origin, proxy: nodeOption }: HttpRequest): ProxyChoice | undefined {
		const key = nodeOption === undefined ? origin : `node ${nodeOption}`;
		if (!this.proxies.has(key)) this.proxies.set(key, chooseProxy(url, nodeOption));
		return this.proxies.get(key);
	}

	private exchange<T>(
		request: HttpRequest,
		proxy: ProxyChoice | undefined,
		options: SendOptions<T>,
		cancellation: Cancellation,
	): Promise<HttpResponse<T>> {
		const { url, origin, method, headers, body } = request;
		const server = this.pool.server(connectedTo(url, proxy));
		cancellation.server = server;
		const keepAlive = request.keepAlive && server.reuses(isIdempotent(method));
		const mayBeHttp2 = url.protocol === 'https:' && !this.http1Origins.has(origin);
		const http2 = request.http2 && keepAlive && mayBeHttp2 && fitsHttp2(headers);
		const dispatcher = this.pool.dispatcher(request, proxy, http2, keepAlive);
		return isRepeatable(body)
			? this.upload(request, body, dispatcher, options, cancellation)
			: this.perform(request, body, dispatcher, options, cancellation);
	}

	/** An exchange whose body is read while it is sent. However it ends, its source is closed. */
	private async upload<T>(
		request: HttpRequest,
		body: RepeatableBody,
		dispatcher: Dispatcher,
		options: SendOptions<T>,
		cancellation: Cancellation,
	): Promise<HttpResponse<T>> {
		const opening = openBody(body);
		const { length, stream } = await cancellation.waitFor(opening).catch((error: unknown) => {
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
			return await this.perform(sized, stream, dispatcher, options, cancellation);
		} finally {
			stream.destroy();
		}
	}

	private perform<T>(
		request: HttpRequest,
		body: string | Buffer | Readable | undefined,
		dispatcher: Dispatcher,
		options: SendOptions<T>,
		cancellation: Cancellation,
	): Promise<HttpResponse<T>> {
		// The request may have been cancelled while the policy, a signature or a file was waited for.
		if (cancellation.failure) return Promise.reject(cancellation.failure);
		const exchange = new Exchange(request, body, options, this.memory, cancellation);
		cancellation.exchange = exchange;
		exchange.start(dispatcher);
		return exchange.response;
	}
}

/** The host and port to which a request's connection is made. */
function connectedTo(url: URL, proxy: ProxyChoice | undefined): string {
	return url.protocol === 'http:' && proxy ? new URL(proxy.url).host : url.host;
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

/** Adds what authorizes a request, in place of headers of the same name. */
async function signRequest(request: HttpRequest): Promise<HttpRequest> {
	const added = Object.entries((await request.sign?.(request)) ?? {});
	if (added.length === 0) return request;
	const names = new Set(added.map(([name]) => name.toLowerCase()));
	const kept = Object.entries(request.headers).filter(([name]) => !names.has(name.toLowerCase()));
	const headers = Object.assign(Object.create(null) as RequestHeaders, Object.fromEntries(kept));
	for (const [name, value] of added) headers[name] = value;
	return { ...request, headers };
}
