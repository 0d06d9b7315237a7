import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { VirtualNetwork } from '../virtual/VirtualNetwork.ts';
import type { VirtualSocket } from '../virtual/VirtualSocket.ts';
import { HOSTS, type RunSpec, type Step, urlOf } from './RunSpec.ts';

/** A request as a server saw it. Times are milliseconds of the virtual clock. */
export interface SeenRequest {
	readonly item: number;
	/** From 1. */
	readonly page: number;
	/** How many redirects led to it. */
	readonly hop: number;
	readonly host: number;
	readonly method: string;
	readonly at: number;
	readonly step: Step;
	/** Its connection had carried a response before, and brought nothing of this one. */
	isStale: boolean;
	endedAt: number | undefined;
	/** `left`: the client went away first. `cut`: the server broke it off. */
	ended: 'responded' | 'left' | 'cut' | undefined;
}

/** The hosts of a run. They do what its script says, and note what they saw. */
export class ScriptedServers {
	readonly seen: SeenRequest[] = [];
	mostInFlight = 0;
	readonly mostInFlightOfHost: number[] = HOSTS.map(() => 0);
	inFlight = 0;
	private readonly inFlightOfHost: number[] = HOSTS.map(() => 0);
	private readonly spec: RunSpec;
	private readonly used = new WeakSet<VirtualSocket>();
	/** Breaks off the request that is open on a connection. */
	private readonly cuts = new WeakMap<VirtualSocket, () => void>();

	constructor(spec: RunSpec, network: VirtualNetwork) {
		this.spec = spec;
		HOSTS.forEach((name, host) => {
			const server = createServer((request, response) => this.take(host, request, response));
			network.listen(name, server, spec.connectLatency);
		});
	}

	private take(host: number, request: IncomingMessage, response: ServerResponse): void {
		request.resume();
		const socket = request.socket as unknown as VirtualSocket;
		const url = new URL(request.url ?? '/', 'http://localhost');
		const item = Number(url.pathname.slice('/item/'.length));
		const before = this.seen.filter((each) => each.item === item).length;
		const seen: SeenRequest = {
			item,
			page: Number(url.searchParams.get('page') ?? 1),
			hop: Number(url.searchParams.get('hop') ?? 0),
			host,
			method: request.method ?? '',
			at: performance.now(),
			step: this.spec.items[item]?.steps[before] ?? { does: 'ok', after: 0 },
			isStale: this.used.has(socket),
			endedAt: undefined,
			ended: undefined,
		};
		this.used.add(socket);
		this.seen.push(seen);
		this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
		const ofHost = (this.inFlightOfHost[host] ?? 0) + 1;
		this.inFlightOfHost[host] = ofHost;
		this.mostInFlightOfHost[host] = Math.max(this.mostInFlightOfHost[host] ?? 0, ofHost);
		const end = (how: SeenRequest['ended']): void => {
			if (seen.ended) return;
			seen.ended = how;
			seen.endedAt = performance.now();
			this.inFlight--;
			this.inFlightOfHost[host]!--;
		};
		const timer = setTimeout(() => {
			if (!['reset', 'hang'].includes(seen.step.does)) seen.isStale = false;
			this.respond(seen, response, socket, end);
		}, seen.step.after);
		this.cuts.set(socket, () => {
			clearTimeout(timer);
			end('cut');
		});
		socket.onPeerGone = () => {
			clearTimeout(timer);
			end('left');
		};
		// The request was sent, and given up before the server read it.
		if (socket.peerIsGone) socket.onPeerGone();
		response.once('prefinish', () => end('responded'));
	}

	private respond(
		seen: SeenRequest,
		response: ServerResponse,
		socket: VirtualSocket,
		end: (how: SeenRequest['ended']) => void,
	): void {
		const { step } = seen;
		const cut = (cutting: () => void): void => {
			end('cut');
			cutting();
		};
		const retryAfter = 'retryAfter' in step ? step.retryAfter : undefined;
		if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter / 1000));
		response.sendDate = false;
		switch (step.does) {
			case 'reset':
				return cut(() => void socket.resetAndDestroy());
			case 'reset in body':
			case 'cut body':
			case 'hang in body':
				response.writeHead(200, { 'content-length': 100 });
				response.write('{"half":', () => {
					if (step.does === 'cut body') cut(() => void socket.destroy());
					if (step.does === 'reset in body') cut(() => void socket.resetAndDestroy());
				});
				return;
			case 'hang':
				return;
			case 'refuse':
				response.statusCode = step.status;
				response.end('{"message":"refused"}');
				return;
			case 'redirect': {
				const location = urlOf(step.to, `/item/${seen.item}?page=${seen.page}&hop=${seen.hop + 1}`);
				response.writeHead(step.status, { location }).end();
				return;
			}
			case 'interim first':
				response.writeEarlyHints({ link: '</style.css>; rel=preload' });
				break;
			case 'close':
				response.setHeader('connection', 'close');
				break;
			case 'close later':
				setTimeout(() => {
					this.cuts.get(socket)?.();
					socket.destroy();
				}, 3);
				break;
			case 'no JSON':
				response.end('<html>');
				return;
			case 'ok':
		}
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(this.content(seen)));
	}

	private content({ item, page }: SeenRequest): object {
		const { pages = 1, host = 0 } = this.spec.items[item] ?? {};
		const next = page < pages ? urlOf(host, `/item/${item}?page=${page + 1}`) : null;
		return { item, page, next };
	}
}
