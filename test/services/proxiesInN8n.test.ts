/** A real n8n whose environment names a proxy: which requests go there, and which do not. */
import { join } from 'node:path';
import type { INodeExecutionData } from 'n8n-workflow';
import { createInstance } from '../../scripts/n8n/instance.ts';
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import { BUILT_IN_TYPE, manualWith, NEWEST, node, OUR_TYPE } from '../n8n/support/workflows.ts';
import { withLogin } from '../support/proxies/RealProxy.ts';
import { Squid } from '../support/proxies/Squid.ts';
import { TestServer } from '../support/TestServer.ts';

jest.setTimeout(300_000);

type Protocol = 'http' | 'https';

const LOGIN = { user: 'ada', password: 'sesame' };

/** Names of the test have the address that stands in them. */
const LOCAL = '127-0-0-1.test';

/** Where a request with the host goes, as {@link NO_PROXY} is. */
const WAYS: Array<[host: string, way: 'direct' | 'proxy']> = [
	[`exact.${LOCAL}`, 'direct'],
	[`below.exact.${LOCAL}`, 'proxy'],
	[`upper.${LOCAL}`, 'direct'],
	[`a.dot.${LOCAL}`, 'direct'],
	[`a.b.dot.${LOCAL}`, 'direct'],
	[`dot.${LOCAL}`, 'proxy'],
	[`a.star.${LOCAL}`, 'direct'],
	[`star.${LOCAL}`, 'proxy'],
	[`x-end.${LOCAL}`, 'direct'],
	[`port.${LOCAL}`, 'direct'],
	[`other-port.${LOCAL}`, 'proxy'],
	[`other.${LOCAL}`, 'proxy'],
	['127.0.0.1', 'proxy'],
	['127.0.0.2', 'direct'],
	['127.0.0.3', 'direct'],
	['127.1.0.1', 'proxy'],
	['[::1]', 'proxy'],
];

const NO_PROXY = (port: string) =>
	[
		`exact.${LOCAL}, UPPER.${LOCAL}`,
		`.dot.${LOCAL}  *.star.${LOCAL}`,
		`*-end.${LOCAL}`,
		`port.${LOCAL}:${port}`,
		`other-port.${LOCAL}:1`,
		'127.0.0.2',
		`127.0.0.3:${port}`,
		'127.1.0.0/16',
	].join(',');

const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.1.0.1', '::1'];

/** One server for each address, all on the same port. */
async function startServers(tls: boolean): Promise<TestServer[]> {
	const first = await TestServer.start({ tls });
	const port = Number(new URL(first.origin).port);
	const others = ADDRESSES.slice(1).map((host) => TestServer.start({ tls, host, port }));
	return [first, ...(await Promise.all(others))];
}

const portOf = ([server]: TestServer[]) => new URL(server!.origin).port;

let squid: Squid;
let n8n: RunningN8n;
let servers: Record<Protocol, TestServer[]>;

beforeAll(async () => {
	const hosts = Object.fromEntries(
		WAYS.flatMap(([host]) => (host.endsWith('.test') ? [[host, '127.0.0.1']] : [])),
	);
	squid = await Squid.start({ hosts, login: LOGIN });
	servers = { http: await startServers(false), https: await startServers(true) };
	const proxy = withLogin(squid, LOGIN.user, LOGIN.password);
	const script = JSON.stringify(join(import.meta.dirname, '../n8n/fixtures/changingNames.ts'));
	const instance = await createInstance({
		name: 'test-proxies',
		fresh: true,
		env: {
			...{ HTTP_PROXY: proxy, HTTPS_PROXY: proxy },
			NO_PROXY: `${NO_PROXY(portOf(servers.http))},${NO_PROXY(portOf(servers.https))}`,
			NODE_OPTIONS: `--disable-warning=MODULE_TYPELESS_PACKAGE_JSON --require ${script}`,
		},
	});
	n8n = await instance.start();
});

afterAll(async () => {
	await n8n?.stop();
	await Promise.all(Object.values(servers ?? {}).flatMap((all) => all.map((each) => each.close())));
	await squid?.close();
});

/** @returns by host, whether the proxy was asked */
async function waysOf(type: string, protocol: Protocol): Promise<Record<string, string>> {
	const port = portOf(servers[protocol]);
	const before = (await squid.log()).length;
	const items = WAYS.map(([host]) => ({
		json: { url: `${protocol}://${host}:${port}/json?body={"of":"${type}"}` },
	}));
	const request = node(
		'HTTP',
		type,
		{ url: '={{ $json.url }}', options: { allowUnauthorizedCerts: true } },
		{ typeVersion: NEWEST, onError: 'continueRegularOutput' },
	);
	const result = await n8n.runWorkflow(manualWith(items, [request]));
	expect(outputItems(result, 'HTTP').map(({ json }) => json)).toEqual(
		items.map(() => ({ of: type })),
	);
	const expected = WAYS.filter(([, way]) => way === 'proxy').length;
	const log = await logSince(before, expected);
	const asked = new Set(
		log.map(({ method, target }) => (method === 'CONNECT' ? target : new URL(target).host)),
	);
	return Object.fromEntries(
		WAYS.map(([host]) => [host, asked.has(`${host}:${port}`) ? 'proxy' : 'direct']),
	);
}

/** Squid logs a tunnel when it is closed; n8n closes its own when it likes to. */
async function logSince(before: number, expected: number) {
	for (let tries = 0; ; tries++) {
		const log = (await squid.log()).slice(before);
		if (log.length >= expected || tries === 1_200) return log;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

describe.each(['http', 'https'] as const)('%s', (protocol) => {
	let ours: Record<string, string>;
	let theirs: Record<string, string>;

	beforeAll(async () => {
		ours = await waysOf(OUR_TYPE, protocol);
		theirs = await waysOf(BUILT_IN_TYPE, protocol);
	});

	it.each(WAYS)('to %s goes as with HTTP Request: %s', (host, way) => {
		expect([ours[host], theirs[host]]).toEqual([way, way]);
	});
});

it('takes nothing elsewhere when the proxy is down, and does not show its password', async () => {
	await squid.stop();
	const all = Object.values(servers).flat();
	for (const each of all) each.reset();
	const urls = (['http', 'https'] as const).map((protocol) => ({
		json: { url: `${protocol}://other.${LOCAL}:${portOf(servers[protocol])}/text` },
	}));
	const details = { typeVersion: NEWEST, onError: 'continueRegularOutput' as const };
	const parameters = { url: '={{ $json.url }}', options: { allowUnauthorizedCerts: true } };
	const request = node('HTTP', OUR_TYPE, parameters, details);
	const result = await n8n.runWorkflow(manualWith(urls, [request]));
	const items: INodeExecutionData[] = outputItems(result, 'HTTP');
	expect(items.map(({ json }) => (json.error as { message: string }).message)).toEqual([
		expect.stringMatching(/The proxy refused the connection \[item \d, the \d.. of 2\]$/),
		expect.stringMatching(/The proxy refused the connection \[item \d, the \d.. of 2\]$/),
	]);
	expect(JSON.stringify(result)).not.toContain('sesame');
	expect(all.map(({ connections }) => connections)).toEqual(all.map(() => 0));
});
