import { parseArgs } from 'node:util';
import { TestServer } from '../test/support/TestServer.ts';
import { addSampleRoutes } from './sample/routes.ts';

/**
 * The API that demo and sample workflows call, on loopback, as a process of its own. What it
 * answers stands in `sample/routes.ts` and `test/support/routes.ts`; `/stats` tells what it saw,
 * `/reset-stats` begins to count anew.
 */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });

/** The server remembers every request until it is reset; `npm start` runs for days. */
const MOST_REMEMBERED = 100_000;

const server = await TestServer.start({ port: Number(values.port) });
addSampleRoutes(server);
server.server.on('request', () => {
	if (server.requests.length > MOST_REMEMBERED) server.reset();
});

const end = () => void server.close().then(() => process.exit());
process.once('SIGTERM', end);
process.once('SIGINT', end);
// The process that started us is gone.
process.once('disconnect', end);

if (process.send) process.send({ origin: server.origin });
else console.log(`Sample API: ${server.origin}/customers?id=7`);
