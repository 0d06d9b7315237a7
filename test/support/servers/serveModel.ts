import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../../nodes/ConcurrentHttpRequest/common/Clock.ts';
import type { ServerModel } from './ServerModel.ts';

/** One answer that the server gave. */
export interface Served {
	/** Milliseconds since it was started. */
	readonly time: number;
	readonly isRefused: boolean;
}

export interface ModelServer {
	readonly origin: string;
	/** In the order in which they were given. */
	readonly served: readonly Served[];
	close(): Promise<void>;
}

/** Serves a model in real time on a real HTTP server: 429 for what it refuses. */
export async function serveModel(model: ServerModel): Promise<ModelServer> {
	const simulated = model.start({ clock: systemClock, random: Math.random });
	const served: Served[] = [];
	const startedAt = performance.now();
	const server = createServer((_request, response) => {
		simulated.request(({ kind }) => {
			const isRefused = kind === 'overloaded';
			served.push({ time: performance.now() - startedAt, isRefused });
			response.writeHead(isRefused ? 429 : 200).end('{}');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		origin: `http://127.0.0.1:${port}`,
		served,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
