/**
 * The other side, in a process of its own: `GET /<id>?bytes=n` sends a file, `PUT` answers with
 * the checksum of what it got. Prints its port; ends with its parent.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { contentOf, sha256 } from './content.ts';

const server = createServer((request, response) => {
	const url = new URL(request.url ?? '/', 'http://localhost');
	if (request.method === 'GET') {
		const bytes = Number(url.searchParams.get('bytes'));
		const id = Number(url.pathname.slice(1));
		response.writeHead(200, {
			...{ 'content-type': 'application/octet-stream', 'content-length': bytes },
		});
		const content = Readable.from(contentOf(id, bytes), { objectMode: false });
		pipeline(content, response, () => {});
		return;
	}
	sha256(request as AsyncIterable<Buffer>).then(
		(checksum) =>
			response.setHeader('content-type', 'application/json').end(JSON.stringify({ checksum })),
		() => response.destroy(),
	);
});

server.listen(0, '127.0.0.1', () => {
	process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit());
