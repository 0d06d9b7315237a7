import type { PeerName } from './peers/Peer.ts';
import type { Expressions } from './peers/requests.ts';
import type { AnswerSize } from './server/answers.ts';
import type { Protocol } from './server/BenchServer.ts';
import type { Latency } from './server/latency.ts';

/** One situation that several clients are put in. */
export interface Case {
	name: string;
	protocol: Protocol;
	latency: Latency;
	size: AnswerSize;
	expressions: Expressions;
	items: number;
	/** With `--quick`. */
	quickItems: number;
	/** Requests in flight, where a client can be told. */
	concurrency: number;
	/** n8n is started anew for each run, because memory is what the case is about. */
	freshN8n?: boolean;
	/** Requests to send before the measuring, where not as many as usual; 0 measures the first run of a process. */
	warmUp?: number;
	peers: PeerName[];
}

const latencies: Record<Latency, string> = {
	'0': 'answered at once',
	'20': 'answered after 20 ms',
	'200': 'answered after 200 ms',
	tail: 'heavy-tailed: half answered within 20 ms, 1 in 100 after 2 s or more',
};

const protocols: Record<Protocol, string> = {
	http: 'HTTP',
	https: 'HTTPS',
	h2: 'HTTP/2',
	distant: 'HTTPS with a round trip of 5 ms',
};

const expressionKinds: Record<Expressions, string> = {
	simple: 'one simple expression',
	everyday: 'everyday expressions in URL, header and JSON body',
	engine: "expressions that only n8n's engine can evaluate",
};

/** The case in words. */
export function titleOf(case_: Case, items: number): string {
	const { protocol, latency, size, expressions, concurrency, warmUp } = case_;
	return [
		items === 1 ? '1 item' : `${items.toLocaleString('en')} items`,
		protocols[protocol],
		latencies[latency],
		size === '1k' ? '1 kB' : '100 kB',
		expressionKinds[expressions],
		`${concurrency} in flight`,
		...(warmUp === 0 ? ['the first run of the process'] : []),
	].join(', ');
}
