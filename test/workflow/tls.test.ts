import tls from 'node:tls';
import { TestServer } from '../support/TestServer.ts';
import type { TestServerOptions } from '../support/TestServer.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;
const trusted = tls.getCACertificates('default');

async function start(options: TestServerOptions = {}): Promise<void> {
	server = await TestServer.start({ tls: true, ...options });
}

afterEach(async () => {
	tls.setDefaultCACertificates(trusted);
	await server.close();
});

const send = (allowUnauthorizedCerts?: boolean) =>
	sendItems({
		url: `${server.origin}/text?body=hi`,
		options: allowUnauthorizedCerts === undefined ? {} : { allowUnauthorizedCerts },
	});

it('sends to a server whose certificate is trusted', async () => {
	await start();
	tls.setDefaultCACertificates([server.ca!]);
	const { items, error } = await send();
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toEqual([{ data: 'hi' }]);
});

it.each([undefined, false])(
	'refuses a certificate that is not trusted (option: %p)',
	async (option) => {
		await start();
		const { items, error } = await send(option);
		expect(items).toEqual([]);
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toMatch(/certificate/);
		expect(error?.description).toMatch(/Ignore SSL Issues/);
		expect(server.requests).toEqual([]);
	},
);

it('refuses a certificate of another host', async () => {
	await start({ certificate: 'example' });
	tls.setDefaultCACertificates([server.ca!]);
	const { error } = await send();
	expect(error?.message).toMatch(/certificate/);
	expect(server.requests).toEqual([]);
});

it.each(['localhost', 'example'] as const)(
	'takes any where the user says so: %s',
	async (certificate) => {
		await start({ certificate });
		const { items } = await send(true);
		expect(jsonOf(items)).toEqual([{ data: 'hi' }]);
	},
);
