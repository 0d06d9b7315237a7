import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';

import { isIdempotent } from '../idempotent';
import type { BodyReceiver } from './BodyReceiver';
import type { Hop, HttpRequest } from './HttpRequest';
import { ConnectionPool, type ConnectionPoolOptions } from './ConnectionPool';
import { type ClientCertificate, withoutIdentity } from './ClientCertificate';
import type { EgressPolicy } from './EgressPolicy';
import { Exchange, type OpenedBody, type Reading } from './Exchange';
import { Flight } from './Flight';
import { headerNameIn } from './headerNameIn';
import { asksForHttp1, fitsHttp2 } from './http2';
import type { HttpResponse, ResponseHead } from './HttpResponse';
import { chooseProxy, type ProxyChoice } from './proxy';
import { isRepeatable, openBody, type RepeatableBody } from './RepeatableBody';
import { ReadingMemory } from './ReadingMemory';
import { isRedirect, redirected } from './redirect';
import { signHop } from './signHop';
import { toTransportFailure, TransportFailure } from './TransportFailure';

/**
 * Called before a redirect is followed, which waits for it; that time does not count for the
 * time-out. What it rejects with ends the request.
 *
 * @param origin where the redirect leads; the policy has allowed it
 * @returns called when the request is written to its connection there
 */
export type OnRedirect = (
	redirect: ResponseHead,
	origin: string,
) => Promise<(() => void) | undefined>;

/**
 * Sends requests on pooled connections under n8n's egress rules, follows redirects, and can
 * end everything at once. One transport serves one run of the node.
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
	 * @param onSent called once, when the request is written to its connection
	 * @param receiver takes the bodies that it wants while they arrive
	 * @returns the last answer, whatever its status
	 * @throws {TransportFailure} when no complete answer came
	 * @throws what `onRedirect` rejects with
	 */
	send<T>(
		request: HttpRequest,
		onSent?: () => void,
		receiver?: BodyReceiver<T>,
		onRedirect?: OnRedirect,
	): Promise<HttpResponse<T>> {
		if (this.closed) return Promise.reject(this.closed);
		const flight = new Flight(request.timeout, onSent);
		this.flights.add(flight);
		return this.follow(request, flight, receiver, onRedirect);
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

	private async follow<T>(
		request: HttpRequest,
		flight: Flight,
		receiver: BodyReceiver<T> | undefined,
		onRedirect: OnRedirect | undefined,
	): Promise<HttpResponse<T>> {
		try {
			const { maxRedirects, maxResponseSize } = request;
			const claim = () => this.memory.claim(flight);
			const followsRedirects = maxRedirects > 0;
			const reading: Reading<T> = { receiver, followsRedirects, maxResponseSize, claim };
			let hop: Hop = request;
			let response: HttpResponse<T> | undefined;
			for (let redirects = 0; ; redirects++) {
				try {
					this.egress.checkCredentialDomain(hop.url, request.credential.allowedDomains);
					const check = this.checkOrigin(hop);
					if (check) await flight.waitFor(check);
					if (response && onRedirect) {
						if (flight.failure) throw flight.failure;
						const admission = onRedirect(response, hop.origin);
						flight.onSent = await flight.standStillFor(admission);
					}
					response = await this.exchange(hop, request, flight, reading);
				} catch (error) {
					// The server before has had the request: who sends it again starts from there.
					if (redirects > 0 && error !== flight.refusal) {
						throw sentBefore(toTransportFailure(error));
					}
					throw error;
				}
				if (request.maxRedirects === 0 || !isRedirect(response)) return response;
				if (redirects === request.maxRedirects) {
					throw new TransportFailure(
						'redirect not followed',
						`The server redirected more than ${request.maxRedirects} times`,
						{ code: 'ERR_FR_TOO_MANY_REDIRECTS' },
					);
				}
				hop = redirected(request, hop, response);
				// undici counts the connection as free a turn of the event loop after its answer.
				await setImmediate();
				this.egress.checkRedirect(hop.url);
			}
		} catch (error) {
			throw error === flight.refusal ? error : toTransportFailure(error);
		} finally {
			flight.land();
			this.flights.delete(flight);
		}
	}

	private exchange<T>(
		hop: Hop,
		request: HttpRequest,
		flight: Flight,
		reading: Reading<T>,
	): Promise<HttpResponse<T>> {
		const preparation = this.prepare(hop, request, flight);
		// Most have nothing to wait for but their answer, and each promise on the way costs time.
		return preparation
			? preparation.then((signed) => this.dispatch(signed, request, flight, reading))
			: this.dispatch(hop, request, flight, reading);
	}

	/** @returns `undefined` when the hop can be sent as it is */
	private prepare(hop: Hop, request: HttpRequest, flight: Flight): Promise<Hop> | undefined {
		const proxy = this.proxyFor(hop, request.proxy);
		if (proxy) prepareForProxy(hop, request, proxy);
		const proxyUrl = proxy?.chosenInNode ? new URL(proxy.url) : undefined;
		const check = proxyUrl && this.checkOrigin({ url: proxyUrl, origin: proxyUrl.origin });
		const sign = () => (request.sign ? signHop(request, hop) : Promise.resolve(hop));
		if (check) return flight.waitFor(check.then(sign));
		return request.sign && flight.waitFor(sign());
	}

	private dispatch<T>(
		hop: Hop,
		request: HttpRequest,
		flight: Flight,
		reading: Reading<T>,
	): Promise<HttpResponse<T>> {
		const { allowUnauthorizedCerts } = request;
		const proxy = this.proxyFor(hop, request.proxy);
		const server = hop.url.protocol === 'http:' && proxy ? new URL(proxy.url).host : hop.url.host;
		const reuse = this.reuseOf(server, hop, request);
		const keepAlive = reuse !== 'new';
		const http2 = request.http2 && keepAlive && this.mayBeHttp2(hop);
		const certificate = this.certificateFor(hop, request);
		const dispatcher = this.pool.dispatcher({
			proxy,
			allowUnauthorizedCerts,
			http2,
			certificate,
			keepAlive,
		});
		const { body } = hop;
		const response = isRepeatable(body)
			? upload(hop, body, dispatcher, flight, reading)
			: perform(hop, body, dispatcher, flight, reading);
		if (reuse === 'probe') {
			const ended = () => this.pool.keepAlive.probed(server);
			response.then(ended, ended);
		}
		if (!http2) return response;
		return response.catch((error: unknown) => {
			if (!asksForHttp1(error)) throw error;
			this.http1Origins.add(hop.origin);
			return this.exchange(hop, request, flight, reading);
		});
	}

	/** Whether the request may go on a connection that has been used before. */
	private reuseOf(server: string, { method }: Hop, { keepAlive }: HttpRequest) {
		if (!keepAlive) return 'new';
		return isIdempotent(method) ? 'keep' : this.pool.keepAlive.choose(server);
	}

	private mayBeHttp2({ url, origin, headers }: Hop): boolean {
		return url.protocol === 'https:' && !this.http1Origins.has(origin) && fitsHttp2(headers);
	}

	/** A certificate is a credential: no other origin gets to see it. */
	private certificateFor(hop: Hop, request: HttpRequest): ClientCertificate | undefined {
		const { clientCertificate } = request;
		if (!clientCertificate) return undefined;
		if (hop.withoutCredentials) return withoutIdentity(clientCertificate);
		this.egress.checkCredentialDomain(hop.url, clientCertificate.allowedDomains);
		return clientCertificate;
	}

	/**
	 * The policy looks at the host only, and every later connection is checked again by its
	 * look-up, so one answer for an origin holds for the run.
	 *
	 * @returns `undefined` when it is known to be allowed
	 */
	private checkOrigin({ url, origin }: Pick<Hop, 'url' | 'origin'>): Promise<void> | undefined {
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

	private proxyFor({ url, origin }: Hop, nodeOption: string | undefined): ProxyChoice | undefined {
		const key = nodeOption === undefined ? origin : `node ${nodeOption}`;
		if (!this.proxies.has(key)) this.proxies.set(key, chooseProxy(url, nodeOption));
		return this.proxies.get(key);
	}
}

/** An exchange whose body is read while it is sent. However it ends, its source is let go. */
async function upload<T>(
	hop: Hop,
	body: RepeatableBody,
	dispatcher: Dispatcher,
	flight: Flight,
	reading: Reading<T>,
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
			? hop
			: { ...hop, headers: { ...hop.headers, 'content-length': String(length) } };
	try {
		return await perform(sized, stream, dispatcher, flight, reading);
	} finally {
		stream.destroy();
	}
}

function perform<T>(
	hop: Hop,
	body: OpenedBody,
	dispatcher: Dispatcher,
	flight: Flight,
	reading: Reading<T>,
): Promise<HttpResponse<T>> {
	// The flight may have ended while the policy, the signature or a file was waited for.
	if (flight.failure) return Promise.reject(flight.failure);
	const exchange = new Exchange(hop, body, flight.onSent, reading);
	flight.onSent = undefined;
	flight.exchange = exchange;
	exchange.start(dispatcher);
	return exchange.response;
}

/**
 * Notes what must not be shown of the proxy.
 *
 * @throws {TransportFailure} for a login that a tunnel would hand to the server
 */
function prepareForProxy(hop: Hop, { secrets }: HttpRequest, proxy: ProxyChoice): void {
	for (const secret of proxy.secrets) {
		if (!secrets.includes(secret)) secrets.push(secret);
	}
	if (headerNameIn(hop.headers, 'proxy-authorization') !== undefined) {
		throw new TransportFailure(
			'proxy refused',
			'A header Proxy-Authorization is not sent through a proxy: the server might get it',
		);
	}
}

function sentBefore(failure: TransportFailure): TransportFailure {
	const { kind, message, cause, isUnsent, isStaleConnection, isUnprocessed } = failure;
	if (!isUnsent && !isStaleConnection && !isUnprocessed) return failure;
	// A copy: other requests may have been stopped by the same failure.
	return Object.assign(new TransportFailure(kind, message, cause), { isUnsent: false });
}
