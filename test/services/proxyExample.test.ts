/** The example of docs/how-to/use-a-proxy.md. */
import type { INodeParameters } from 'n8n-workflow';
import { readExample } from '../../scripts/sample/examples.ts';
import { Squid } from '../support/proxies/Squid.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { NODE_TYPE, sendItems } from '../support/workflow/sendItems.ts';

/** The address in the example. */
const PROXY = '127.0.0.1:3128';

it('sends through the proxy, and past it nothing when it is down', async () => {
	const server = await TestServer.start();
	const squid = await Squid.start({ login: { user: 'ada', password: 'sesame' } });
	server.route('/customers', (_request, response) => response.end('{}'));
	const { nodes } = await readExample('proxy.json', server.origin);
	const { parameters, typeVersion, onError } = nodes.find(({ type }) => type === NODE_TYPE)!;
	const { host } = new URL(squid.url);
	const moved = JSON.parse(JSON.stringify(parameters).replace(PROXY, host)) as INodeParameters;
	expect(moved).not.toEqual(parameters);
	const send = async () => await sendItems(moved, { items: numbered(30), typeVersion, onError });

	const { items, errors } = await send();
	expect([items.length, errors.length]).toEqual([30, 0]);
	await squid.stop();
	const log = await squid.log();
	expect(log).toHaveLength(30);
	expect(new Set(log.map(({ connection }) => connection)).size).toBeLessThanOrEqual(5);

	server.reset();
	const down = await send();
	expect([down.items.length, down.errors.length]).toEqual([0, 30]);
	expect(server.connections).toBe(0);
	await Promise.all([server.close(), squid.close()]);
});
