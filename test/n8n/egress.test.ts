/** n8n's protection against server-side request forgery, switched on as an administrator does. */
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { createInstance } from '../../scripts/n8n/instance.ts';
import { outputItems } from '../../scripts/n8n/ExecutionResult.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import { TestServer } from '../support/TestServer.ts';
import { httpNode, manualWith, pairsOf } from './support/workflows.ts';

jest.setTimeout(300_000);

let n8n: RunningN8n;
/** What has to be kept out of reach. */
let inside: TestServer;
/** Stands for the internet, on the same port. */
let outside: TestServer;
let port: string;

const OUTSIDE = '127.0.0.2';
/** Reserved for documentation (RFC 5737). The rules allow it, the test's own guard does not. */
const NOWHERE = '192.0.2.1';

beforeAll(async () => {
	inside = await TestServer.start();
	({ port } = new URL(inside.origin));
	outside = await TestServer.start({ host: OUTSIDE, port: Number(port) });
	const scripts = ['../support/loopbackOnly.ts', 'fixtures/changingNames.ts'].map(
		(path) => `--require ${JSON.stringify(join(import.meta.dirname, path))}`,
	);
	const instance = await createInstance({
		name: 'test-egress',
		fresh: true,
		env: {
			N8N_SSRF_PROTECTION_ENABLED: 'true',
			N8N_SSRF_ALLOWED_IP_RANGES: `${OUTSIDE}/32,${NOWHERE}/32`,
			N8N_SSRF_ALLOWED_HOSTNAMES: '*.allowed.test',
			N8N_SSRF_BLOCKED_HOSTNAMES: '*.forbidden.test',
			// Too small for any entry: n8n asks anew each time, and need not be waited for.
			N8N_SSRF_DNS_CACHE_MAX_SIZE: '1',
			NODE_OPTIONS: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', ...scripts].join(' '),
		},
	});
	n8n = await instance.start();
});

beforeEach(() => {
	inside.reset();
	outside.reset();
});

afterAll(async () => {
	await n8n?.stop();
	await Promise.all([inside?.close(), outside?.close()]);
});

/** Sends a request to each URL, in which `PORT` stands for the servers' port. */
async function sendTo(urls: string[], more: INodeParameters = {}) {
	const items = urls.map((url) => ({ json: { url: url.replaceAll('PORT', port) } }));
	const parameters = { url: '={{ $json.url }}', ...more };
	const onError = 'continueRegularOutput';
	const result = await n8n.runWorkflow(manualWith(items, [httpNode(parameters, { onError })]));
	expect(result.status).toBe('success');
	return outputItems(result, 'HTTP');
}

/** Says why each URL was not requested. */
async function refusals(urls: string[], more: INodeParameters = {}) {
	const items = await sendTo(urls, more);
	expect(pairsOf(items)).toEqual(urls.map((_, index) => index));
	return items.map(({ json }, index) => {
		const { message = '', description = '' } = (json.error ?? {}) as IDataObject;
		return [urls[index], `${String(message)} ${String(description)}`] as const;
	});
}

async function expectRefused(urls: string[], more: INodeParameters = {}): Promise<void> {
	const refused = expect.stringMatching(/not allowed|blocked/i) as unknown;
	expect(await refusals(urls, more)).toEqual(urls.map((url) => [url, refused]));
	expect(inside.connections).toBe(0);
}

/** Addresses that the name was given, in order. */
function lookUpsOf(name: string): string[] {
	return [...n8n.log.matchAll(/^Looked up (\S+): (\S+)$/gm)]
		.filter(([, each]) => each === name)
		.map(([, , address]) => address!);
}

const FORBIDDEN = [
	'http://127.0.0.1:PORT/',
	'http://127.8.9.1:PORT/',
	'http://2130706433:PORT/',
	'http://0x7f000001:PORT/',
	'http://0x7f.1:PORT/',
	'http://0177.0.0.1:PORT/',
	'http://127.1:PORT/',
	'http://[::1]:PORT/',
	'http://[::ffff:127.0.0.1]:PORT/',
	'http://[::ffff:7f00:1]:PORT/',
	'http://[::]:PORT/',
	'http://[::127.0.0.1]:PORT/',
	'http://[64:ff9b::127.0.0.1]:PORT/',
	'http://[2002:7f00:1::1]:PORT/',
	'http://0.0.0.0:PORT/',
	'http://localhost:PORT/',
	'https://127.0.0.1:PORT/',
	'http://169.254.169.254/latest/meta-data',
	'http://[fe80::1]/',
	'http://10.0.0.1/',
	'http://172.16.0.1/',
	'http://192.168.1.1/',
	'http://[fd00::1]/',
	'http://a.169-254-169-254.test/',
	'http://a.10-1-2-3.test/',
	'http://a.127-0-0-1.test:PORT/',
	'http://a.127-0-0-2.forbidden.test:PORT/',
];

it('refuses requests to addresses within, however they are written or named', async () => {
	await expectRefused(FORBIDDEN);
	expect(outside.connections).toBe(0);
});

it('refuses redirects to them', async () => {
	const redirects = FORBIDDEN.map(
		(url) => `http://${OUTSIDE}:PORT/redirect?to=${encodeURIComponent(url.replace('PORT', port))}`,
	);
	await expectRefused(redirects);
	expect(outside.requests).toHaveLength(redirects.length);
});

it('refuses redirects of another server’s choice that keep the body', async () => {
	const to = encodeURIComponent(`http://127.0.0.1:${port}/`);
	const body = { method: 'POST', sendBody: true, specifyBody: 'json', jsonBody: '{"a":1}' };
	await expectRefused([`http://${OUTSIDE}:PORT/redirect?code=307&to=${to}`], body);
});

it('sends to addresses and names that are allowed', async () => {
	const items = await sendTo([
		`http://${OUTSIDE}:PORT/json?body={"by":"address"}`,
		`http://a.127-0-0-2.test:PORT/json?body={"by":"name"}`,
		`http://a.127-0-0-1.allowed.test:PORT/json?body={"by":"allowed name"}`,
	]);
	expect(items.map(({ json }) => json.by)).toEqual(['address', 'name', 'allowed name']);
	expect([outside.requests.length, inside.requests.length]).toEqual([2, 1]);
});

it('refuses a redirect from an allowed name to a forbidden one', async () => {
	const from = `http://b.127-0-0-1.allowed.test:PORT/redirect?to=`;
	const items = await refusals([
		`${from}${encodeURIComponent(`http://b.127-0-0-1.test:${port}/`)}`,
		`${from}${encodeURIComponent(`http://127.0.0.1:${port}/`)}`,
	]);
	for (const [, reason] of items) expect(reason).toMatch(/not allowed|blocked/i);
	// Both are the allowed ones.
	expect(inside.requests.map(({ url }) => url.split('?')[0])).toEqual(['/redirect', '/redirect']);
});

describe('a name that changes its address', () => {
	it('from one without to one within is refused', async () => {
		const name = 'c.93-184-215-14.127-0-0-1.test';
		await expectRefused([`http://${name}:PORT/`]);
		// The first look-up was the check, the second one that of the connection.
		expect(lookUpsOf(name)).toEqual(['93.184.215.14', '127.0.0.1']);
	});

	it('from one within to one without is refused by the first look-up', async () => {
		const name = 'c.127-0-0-1.127-0-0-2.test';
		await expectRefused([`http://${name}:PORT/`]);
		expect(lookUpsOf(name)).toEqual(['127.0.0.1']);
		expect(outside.connections).toBe(0);
	});

	it('in a redirect is refused', async () => {
		const name = 'd.93-184-215-14.127-0-0-1.test';
		const to = encodeURIComponent(`http://${name}:${port}/`);
		await expectRefused([`http://${OUTSIDE}:PORT/redirect?to=${to}`]);
		expect(lookUpsOf(name)).toEqual(['93.184.215.14', '127.0.0.1']);
	});

	it('between two connections of one run is sent to where it was when it was checked', async () => {
		const name = 'e.127-0-0-2.127-0-0-2.127-0-0-1.test';
		outside.route('/once', (_request, response) => response.setHeader('connection', 'close').end());
		const urls = Array.from({ length: 3 }, () => `http://${name}:PORT/once`);
		const items = await sendTo(urls, { maxConcurrency: 1 });
		expect(items.map(({ json }) => 'error' in json)).toEqual([false, false, false]);
		// The first look-up was the check, the second one that of the first connection.
		expect(lookUpsOf(name)).toEqual(['127.0.0.2', '127.0.0.2']);
		expect([outside.requests.length, inside.connections]).toEqual([3, 0]);
	});

	it('between two runs is refused from then on', async () => {
		const name = 'g.127-0-0-2.127-0-0-2.127-0-0-1.test';
		await sendTo([`http://${name}:PORT/text`]);
		const [, reason] = (await refusals([`http://${name}:PORT/text`]))[0]!;
		expect(reason).toMatch(/not allowed|blocked/i);
		expect([outside.requests.length, inside.connections]).toEqual([1, 0]);
	});

	it('would get there, were it allowed', async () => {
		const name = 'f.93-184-215-14.127-0-0-1.allowed.test';
		await sendTo([`http://${name}:PORT/text`]);
		expect(inside.requests).toHaveLength(1);
	});
});

it('refuses the test of a credential', async () => {
	for (const baseUrl of [`http://127.0.0.1:${port}`, `http://localhost:${port}`]) {
		const data = { baseUrl, authType: 'bearer', token: 'secret', testPath: '/json' };
		const credential = { name: 'API', type: 'concurrentHttpApi', data };
		const { id } = await n8n.createCredential(credential);
		const { status, message } = await n8n.testCredential(id, credential);
		expect([status, message]).toEqual(['Error', expect.stringMatching(/not allowed|blocked/i)]);
	}
	expect(inside.connections).toBe(0);
});

it('could not leave this machine, even if the rules let it', async () => {
	const [[, reason] = []] = await refusals([`http://${NOWHERE}:9/`]);
	expect(reason).toContain(`A test must not connect to ${NOWHERE}:9`);
});

it('stops the workflow with an error that says who decides', async () => {
	const result = await n8n.runWorkflow(
		manualWith([{ json: {} }], [httpNode({ url: inside.origin })]),
	);
	expect(result.status).toBe('error');
	expect(result.error?.name).toBe('NodeApiError');
	expect(`${result.error?.message} ${result.error?.description}`).toMatch(/127\.0\.0\.1/);
	expect(inside.connections).toBe(0);
});
