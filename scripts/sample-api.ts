import { parseArgs } from 'node:util';
import { TestServer } from '../test/support/TestServer.ts';
import { sampleAnswer } from './sample/answers.ts';

/**
 * The API that demo and sample workflows call, on loopback, as a process of its own:
 * `/customers?id=7` answers about a customer after 20 to 60 ms (some after 300, three of each
 * thousand with an error), `/stats` tells what it saw, `/reset-stats` begins to count anew.
 */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });

/** The server remembers every request until it is reset; `npm start` runs for days. */
const MOST_REMEMBERED = 100_000;

const server = await TestServer.start({ port: Number(values.port) });
server.route('/customers', ({ url }, response) => {
	const id = Number(new URL(url, server.origin).searchParams.get('id'));
	const { status, delayMs, body } = sampleAnswer(id);
	const timer = setTimeout(() => {
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
	}, delayMs);
	response.once('close', () => clearTimeout(timer));
	if (server.requests.length > MOST_REMEMBERED) server.reset();
});

const end = () => void server.close().then(() => process.exit());
process.once('SIGTERM', end);
process.once('SIGINT', end);
// The process that started us is gone.
process.once('disconnect', end);

if (process.send) process.send({ origin: server.origin });
else console.log(`Sample API: ${server.origin}/customers?id=7`);
