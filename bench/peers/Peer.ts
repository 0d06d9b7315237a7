import type { Case } from '../Case.ts';
import type { Run } from '../measure/Run.ts';
import type { BenchServer } from '../server/BenchServer.ts';

export type PeerName =
	| 'ours'
	| 'oursTelling'
	| 'httpRequest'
	| 'httpRequestBatched'
	| 'loopOverItems'
	| 'oneAtATime'
	| 'oursLooped'
	| 'httpRequestLooped'
	| 'pinned'
	| 'aiohttp'
	| 'aiohttpChunks'
	| 'undici'
	| 'undiciChunks';

/** One client to run. */
export interface Load {
	case: Case;
	items: number;
	/** Requests to send before the measuring, so that every client is measured warm. */
	warmUp: number;
	server: BenchServer;
}

/** A client of the benchmark. */
export interface Peer {
	readonly name: PeerName;
	/** With the number in flight filled in. */
	title(concurrency: number): string;
	/** Which part of a case's items it gets, for clients that would take forever; 1 is all. */
	readonly share: number;
	run(load: Load): Promise<Run>;
}
