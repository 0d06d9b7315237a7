import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;
/** Another origin: the same address, another port. */
let other: TestServer;

beforeAll(async () => {
	[server, other] = await Promise.all([TestServer.start(), TestServer.start()]);
});

beforeEach(() => {
	server.reset();
	other.reset();
});

afterAll(async () => {
	await Promise.all([server.close(), other.close()]);
});

const redirectTo = (to: string, more: Record<string, string | number> = {}) =>
	`${server.origin}/redirect?${new URLSearchParams({ to, ...(more as object) }).toString()}`;

const post: INodeParameters = {
	...{ method: 'POST', sendBody: true, specifyBody: 'json', jsonBody: '{"a":1}' },
};

const redirectOption = (redirect: INodeParameters): INodeParameters => ({
	options: { redirect: { redirect } },
});

describe('the method and the body', () => {
	it.each([
		[301, 'POST', 'GET', ''],
		[302, 'POST', 'GET', ''],
		[303, 'POST', 'GET', ''],
		[307, 'POST', 'POST', '{"a":1}'],
		[308, 'POST', 'POST', '{"a":1}'],
		[301, 'PUT', 'PUT', '{"a":1}'],
		[302, 'DELETE', 'DELETE', '{"a":1}'],
		[303, 'PUT', 'GET', ''],
	])('after %i to a %s', async (code, method, expectedMethod, expectedBody) => {
		const { error } = await sendItems({ ...post, method, url: redirectTo('/echo', { code }) });
		expect(error).toBeUndefined();
		const [first, second] = server.requests;
		expect([first?.method, first?.body.toString()]).toEqual([method, '{"a":1}']);
		expect([second?.method, second?.body.toString()]).toEqual([expectedMethod, expectedBody]);
		const type = expectedBody ? 'application/json' : undefined;
		expect(second?.headers['content-type']).toBe(type);
	});

	it('after a HEAD stays one', async () => {
		await sendItems({ method: 'HEAD', url: redirectTo('/echo', { code: 303 }) });
		expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
	});
});

describe('the target', () => {
	it.each([
		['a path', '/echo?a=1', '/echo?a=1'],
		['a path relative to the current one', 'echo', '/echo'],
		['only a query', '?to=/echo&times=1', undefined],
	])('may be %s', async (_name, to, expected) => {
		const { error } = await sendItems({ url: redirectTo(to) });
		expect(error).toBeUndefined();
		expect(server.requests.at(-1)?.url).toBe(expected ?? '/echo');
	});

	it('gets the Host header of its own', async () => {
		await sendItems({ url: redirectTo(`${other.origin}/echo`) });
		expect(other.requests[0]?.headers.host).toBe(new URL(other.origin).host);
	});

	it.each([
		['another protocol', 'ftp://127.0.0.1/', 'a ftp: address; only http and https are followed'],
		['a file', 'file:///etc/passwd', 'a file: address; only http and https are followed'],
		['no URL', 'http://', 'something that is not a URL'],
	])('fails where it is %s', async (_name, to, problem) => {
		const { items, error } = await sendItems({ url: redirectTo(to) });
		expect(items).toEqual([]);
		expect(error?.message).toContain(`The server redirects to ${problem}`);
	});
});

describe('how many are followed', () => {
	it('21, where the user does not say', async () => {
		const { error } = await sendItems({ url: redirectTo('/echo', { times: 21 }) });
		expect(error).toBeUndefined();
		const { error: tooMany } = await sendItems({ url: redirectTo('/echo', { times: 22 }) });
		expect(tooMany?.message).toMatch(/redirected more than 21 times/);
	});

	it('as many as the user says', async () => {
		const option = redirectOption({ followRedirects: true, maxRedirects: 2 });
		const url = (times: number) => redirectTo('/echo', { times });
		expect((await sendItems({ url: url(2), ...option })).error).toBeUndefined();
		expect((await sendItems({ url: url(3), ...option })).error?.message).toMatch(/more than twice/);
	});

	it('none, which makes the redirect an error', async () => {
		const option = redirectOption({ followRedirects: false });
		const { error } = await sendItems({ url: redirectTo('/echo'), ...option });
		expect(error?.message).toMatch(/302/);
		expect(server.requests).toHaveLength(1);
	});

	it('none, with Never Error: the redirect is the response', async () => {
		const { options } = redirectOption({ followRedirects: false }) as { options: INodeParameters };
		const response = { response: { neverError: true, fullResponse: true } };
		const { items } = await sendItems({
			url: redirectTo('/echo'),
			options: { ...options, response },
		});
		expect(items[0]?.json).toMatchObject({ statusCode: 302, headers: { location: '/echo' } });
	});

	it('a loop ends', async () => {
		server.route('/loop', (_request, response) => {
			response.writeHead(302, { location: '/loop' }).end();
		});
		const { error } = await sendItems({ url: `${server.origin}/loop` });
		expect(error?.message).toMatch(/redirected more than 21 times/);
		expect(server.requests).toHaveLength(22);
	});
});

describe('credentials', () => {
	type Case = [type: string, credential: ICredentialDataDecryptedObject];
	const inHeader: Case[] = [
		['httpBasicAuth', { user: 'ada', password: 'secret' }],
		['httpBearerAuth', { token: 'secret' }],
		['httpHeaderAuth', { name: 'X-API-Key', value: 'secret' }],
		['httpCustomAuth', { json: '{"headers":{"X-Token":"secret"}}' }],
	];
	const send = (type: string, credential: ICredentialDataDecryptedObject, more: INodeParameters) =>
		sendItems(
			{ authentication: 'genericCredentialType', genericAuthType: type, ...more },
			{ credentials: { [type]: credential } },
		);
	const secretOf = (request?: { url: string; headers: object; body: Buffer }) => {
		const text = JSON.stringify([request?.url, request?.headers, request?.body.toString()]);
		return /secret|YWRhOnNlY3JldA==/.exec(text)?.[0];
	};

	it.each(inHeader)('stay on the same origin: %s', async (type, credential) => {
		await send(type, credential, { url: redirectTo('/echo') });
		expect(server.requests.map(secretOf)).toEqual([expect.anything(), expect.anything()]);
	});

	it.each(inHeader)('are dropped on another origin: %s', async (type, credential) => {
		const { error } = await send(type, credential, { url: redirectTo(`${other.origin}/echo`) });
		expect(error).toBeUndefined();
		expect(secretOf(server.requests[0])).toBeDefined();
		expect(other.requests).toHaveLength(1);
		expect(secretOf(other.requests[0])).toBeUndefined();
	});

	it.each(inHeader)('are sent on where the user allows it: %s', async (type, credential) => {
		const options = { sendCredentialsOnCrossOriginRedirect: true };
		await send(type, credential, { url: redirectTo(`${other.origin}/echo`), options });
		expect(secretOf(other.requests[0])).toBeDefined();
	});

	it.each([
		['httpQueryAuth', { name: 'key', value: 'secret' }],
		['httpCustomAuth', { json: '{"qs":{"key":"secret"}}' }],
	])('in the query are dropped on another origin: %s', async (type, credential) => {
		await send(type, credential, { url: redirectTo(`${other.origin}/echo`) });
		expect(secretOf(server.requests[0])).toBeDefined();
		expect(other.requests).toHaveLength(1);
		expect(secretOf(other.requests[0])).toBeUndefined();
	});

	it('in the body are not sent to another origin', async () => {
		const url = redirectTo(`${other.origin}/echo`, { code: 307 });
		const { error } = await send(
			'httpCustomAuth',
			{ json: '{"body":{"key":"secret"}}' },
			{ ...post, url },
		);
		expect(secretOf(server.requests[0])).toBeDefined();
		expect(error?.message).toContain(
			`The server redirects to ${other.origin} and asks for the body again, which holds a credential`,
		);
		expect(error?.description).toContain('switch on Options > Send Credentials on Redirect');
		expect(other.requests).toEqual([]);
	});

	it('written into the URL are dropped on another origin', async () => {
		const url = redirectTo(`${other.origin}/echo`).replace('http://', 'http://ada:secret@');
		const { error } = await sendItems({ url });
		expect(error).toBeUndefined();
		expect(secretOf(server.requests[0])).toBeDefined();
		expect(other.requests).toHaveLength(1);
		expect(secretOf(other.requests[0])).toBeUndefined();
	});

	it.each(['Authorization', 'Cookie'])(
		'in a header %s of the user are dropped, too',
		async (name) => {
			await sendItems({
				...{ url: redirectTo(`${other.origin}/echo`), sendHeaders: true },
				headerParameters: {
					parameters: [
						{ name, value: 'secret' },
						{ name: 'x-mine', value: '1' },
					],
				},
			});
			expect(secretOf(server.requests[0])).toBeDefined();
			expect(secretOf(other.requests[0])).toBeUndefined();
			expect(other.requests[0]?.headers).toMatchObject({ 'x-mine': '1' });
		},
	);

	it('are dropped where only the protocol changes', async () => {
		const secure = await TestServer.start({ tls: true });
		await send(
			'httpBearerAuth',
			{ token: 'secret' },
			{
				...{ url: redirectTo(`${secure.origin}/echo`), options: { allowUnauthorizedCerts: true } },
			},
		);
		expect(secure.requests).toHaveLength(1);
		expect(secretOf(secure.requests[0])).toBeUndefined();
		await secure.close();
	});

	it('stay dropped for the redirects that follow elsewhere', async () => {
		const back = `${other.origin}/redirect?to=${encodeURIComponent(`${other.origin}/echo`)}`;
		await send('httpBearerAuth', { token: 'secret' }, { url: redirectTo(back) });
		expect(other.requests.map(secretOf)).toEqual([undefined, undefined]);
	});
});
