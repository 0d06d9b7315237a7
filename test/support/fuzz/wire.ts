import fc from 'fast-check';
import { Transport } from '../../../nodes/ConcurrentHttpRequest/transport/Transport.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { requestTo } from '../../unit/transport/requestTo.ts';
import { policy } from '../../unit/transport/transports.ts';
import { VirtualNetwork } from '../virtual/VirtualNetwork.ts';
import type { VirtualSocket } from '../virtual/VirtualSocket.ts';
import { type AnyParser, type Parser, textOf, toAny } from './Parser.ts';

/** The network that a test puts in place of undici's connections: `jest.mock` reaches nothing else. */
export const wire = { network: new VirtualNetwork() };

const MOST = 1000;

const bytes = textOf(
	[
		...[
			'HTTP/1.1 ',
			'HTTP/1.0 ',
			'HTTP/2 ',
			'200',
			'204',
			'304',
			'404',
			'100',
			'103',
			'101',
			'0',
			' OK',
		],
		...['\r\n', '\r\n\r\n', '\n', '\r', ':', ' ', 'content-length: ', '5', 'hello', '{}', 'x'],
		...['transfer-encoding: chunked\r\n', 'transfer-encoding: gzip, chunked\r\n', '5\r\nhello\r\n'],
		...['0\r\n\r\n', '0\r\ntrailer: x\r\n\r\n', ';ext=1', 'ffffffff', 'connection: close\r\n'],
		...[
			'content-encoding: gzip\r\n',
			'content-encoding: br\r\n',
			'set-cookie: a=b\r\n',
			'location: /\r\n',
		],
		...[
			'content-length: 5\r\n',
			'content-length: 6\r\n',
			'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello',
		],
		...[
			'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n',
			'upgrade: h2c\r\n',
			'\0',
			'\xff',
			'SSH-2.0-x\r\n',
		],
	],
	10,
);

/** A whole connection: what comes on it, in one piece or several, before it ends or is reset. */
const connection: Parser<{ start: string; rest: string; pieces: number; isReset: boolean }> = {
	name: 'bytes of an HTTP/1.1 connection',
	inputs: fc.record({
		start: fc.constantFrom('HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 ', ''),
		rest: bytes,
		pieces: fc.integer({ min: 1, max: 4 }),
		isReset: fc.boolean(),
	}),
	parse: async ({ start, rest, pieces, isReset }) => {
		const network = (wire.network = new VirtualNetwork());
		const all = Buffer.from(start + rest, 'latin1');
		const size = Math.max(1, Math.ceil(all.length / pieces));
		const serve = (socket: VirtualSocket): void => {
			socket.once('data', () => {
				for (let from = 0; from < all.length; from += size) {
					socket.write(all.subarray(from, from + size));
				}
				if (isReset) setImmediate(() => socket.resetAndDestroy());
				else socket.end();
			});
			socket.on('error', () => {});
		};
		network.listen('a.test:80', {
			emit: (_event, socket: VirtualSocket) => {
				serve(socket);
				return true;
			},
		});
		const transport = new Transport({
			egress: policy(),
			connectionsPerOrigin: 1,
			onConnection: () => {},
		});
		try {
			const request = requestTo('http://a.test/', { maxResponseSize: MOST });
			const { statusCode, body } = await transport.send(request);
			if (statusCode < 200 || statusCode > 999) return `status ${statusCode}`;
			return body.length > MOST + all.length ? `${body.length} bytes` : undefined;
		} finally {
			await transport.close();
		}
	},
	declared: [TransportFailure],
};

/** What undici, its parser and our corrections of it make of a connection. */
export const wireParser: AnyParser = toAny(connection);
