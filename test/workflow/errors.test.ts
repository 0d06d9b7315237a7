import type { ServerResponse } from 'node:http';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, pairsOf, sendItems } from '../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

const to = (path: string, maxConcurrency = 10): INodeParameters => ({
	url: `=${server.origin}${path}`,
	maxConcurrency,
});

const json = (body: unknown) =>
	`type=application/json&body=${encodeURIComponent(JSON.stringify(body))}`;

const hasError = (items: INodeExecutionData[]) =>
	items.map((item) => 'error' in item.json || item.error !== undefined);

describe('Stop Workflow', () => {
	it('names the item, the request, the status, what the server says and what to do', async () => {
		const path = `{{ $json.id === 2 ? "/status?code=422&${json({ message: 'name is missing' })}" : "/text" }}`;
		const { items, error } = await sendItems(
			{ ...to(path), method: 'POST' },
			{ items: numbered(4) },
		);
		expect(items).toEqual([]);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '422',
			context: { itemIndex: 2 },
		});
		expect(error?.message).toMatch(
			/^POST .*\/status\?code=\*\*\*.* failed: 422 .* \[item 2, the 3rd of 4\]$/,
		);
		expect(error?.description).toMatch(/name is missing/);
		expect(error?.description).toMatch(/Check/);
	});

	it.each([
		['problem details', { title: 'Bad', detail: 'too old' }, 'too old'],
		['an OAuth error', { error: 'invalid', error_description: 'no such scope' }, 'no such scope'],
		['a nested error', { error: { message: 'deep' } }, 'deep'],
		['a list of errors', { errors: [{ message: 'first' }, { message: 'second' }] }, 'first'],
	])('understands %s', async (_name, body, expected) => {
		const { error } = await sendItems(to(`/status?code=400&${json(body)}`));
		expect(error?.description).toContain(expected);
	});

	it.each([
		['a refused connection', 'http://127.0.0.1:1/', /refused/, /host and the port/],
		['a reset connection', '/reset', /closed the connection|reset/, /Try again/],
		['a reset in the body', '/reset-body', /closed the connection|reset/, /Try again/],
		['a truncated body', '/truncate', /closed the connection/, /Try again/],
		['an unknown host', 'http://does-not-exist.invalid/', /host name/, /host name in the URL/],
	])('says what happened at %s', async (_name, target, message, advice) => {
		const url = target.startsWith('/') ? server.origin + target : target;
		const { error, items } = await sendItems({ url });
		expect(items).toEqual([]);
		expect(error?.name).toBe('NodeApiError');
		expect(error?.message).toMatch(message);
		expect(error?.description).toMatch(advice);
	});

	// n8n's error class replaces a message in which it finds such letters, wherever they stand.
	it.each(['deviceaccess', 'treeexists', 'ENOTFOUND', 'onepermission'])(
		'names item and request whatever the URL contains: %s',
		async (word) => {
			server.route(`/${word}`, (_request, response) => response.writeHead(500).end());
			const { error } = await sendItems(to(`/${word}`));
			expect(error?.message).toMatch(new RegExp(`^GET .*/${word} failed: 500`));
		},
	);

	it('aborts everything in flight at once, and sends nothing more', async () => {
		const hanging: ServerResponse[] = [];
		let failing: ServerResponse | undefined;
		server.route('/item', ({ url }, response) => {
			if (url.endsWith('?4')) failing = response;
			else hanging.push(response);
		});
		const running = sendItems(to('/item?{{ $json.id }}', 8), { items: numbered(100) });
		await server.waitFor(({ requests }) => requests.length === 8);
		expect(server.inFlight).toBe(8);
		failing?.writeHead(500).end();
		// Nobody responds to those: only the client can end them.
		await server.waitFor(({ inFlight }) => inFlight === 0);
		const { error } = await running;
		await server.waitFor(({ openSockets }) => openSockets === 0);
		expect(server.aborted).toBe(7);
		expect(server.requests).toHaveLength(8);
		expect(error?.message).toMatch(/ \[item 4, the 5th of 100\]$/);
	});

	it('reports the failure that came first', async () => {
		const pending: ServerResponse[] = [];
		server.route('/item', ({ url }, response) => {
			pending[Number(url.split('?')[1])] = response;
		});
		const running = sendItems(to('/item?{{ $json.id }}', 3), { items: numbered(3) });
		await server.waitFor(({ requests }) => requests.length === 3);
		pending[2]?.writeHead(503).end();
		const { error } = await running;
		expect(error?.message).toMatch(/503 .*\[item 2, the 3rd of 3\]$/);
	});

	it('outputs nothing', async () => {
		const { result } = await sendItems(to('/status?code=500'));
		expect(result.status).toBe('error');
		expect(result.task('HTTP').data).toBeUndefined();
	});
});

describe('Continue', () => {
	it('outputs the error in its place, and the responses of all other items', async () => {
		const path =
			'{{ $json.id % 3 === 1 ? "/status?code=503&body=busy" : "/delay?ms=1&id=" + $json.id }}';
		const { items, error, errors } = await sendItems(to(path), {
			items: numbered(9),
			onError: 'continueRegularOutput',
		});
		expect(error).toBeUndefined();
		expect(errors).toEqual([]);
		expect(pairsOf(items)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
		expect(hasError(items)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((id) => id % 3 === 1));
		expect(JSON.stringify(items[1]?.json)).toMatch(/503/);
		expect(items[2]?.json).toEqual({ ok: true, id: '2' });
	});

	it('outputs an error for each item if all fail', async () => {
		const { items } = await sendItems(to('/reset'), {
			items: numbered(5),
			onError: 'continueRegularOutput',
		});
		expect(pairsOf(items)).toEqual([0, 1, 2, 3, 4]);
		expect(hasError(items)).toEqual(Array(5).fill(true));
	});
});

describe('Continue (using error output)', () => {
	it('sends errors to the second output, with the data of their item', async () => {
		const path = '{{ $json.id % 2 ? "/status?code=404" : "/text?body=ok" }}';
		const { items, errors, error } = await sendItems(to(path), {
			items: numbered(6),
			onError: 'continueErrorOutput',
		});
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(Array(3).fill({ data: 'ok' }));
		expect(pairsOf(items)).toEqual([0, 2, 4]);
		expect(pairsOf(errors)).toEqual([1, 3, 5]);
		expect(errors.map(({ json }) => json.id)).toEqual([1, 3, 5]);
		expect(hasError(errors)).toEqual([true, true, true]);
	});

	it.each([
		['no response', '/reset'],
		['bad input', '{{ "nonsense" }}'],
		['JSON that is none', '/json?body={'],
		['a timeout', '/hang'],
	])('sends %s there as well', async (_name, path) => {
		const url = path.startsWith('{{') ? `=${path}` : server.origin + path;
		const { items, errors } = await sendItems(
			{ url, options: { timeout: 50 } },
			{ items: numbered(2), onError: 'continueErrorOutput' },
		);
		expect(items).toEqual([]);
		expect(pairsOf(errors)).toEqual([0, 1]);
	});

	it('leaves responses that look like errors where they are', async () => {
		const { items, errors } = await sendItems(to(`/json?body={"error":"no","more":1}`), {
			onError: 'continueErrorOutput',
		});
		expect(jsonOf(items)).toEqual([{ error: 'no', more: 1 }]);
		expect(errors).toEqual([]);
	});
});

describe('secrets', () => {
	const SECRETS: Record<string, string> = {
		plain: 'S3cret-Value',
		'with quotes': 'S3cret"Va\\lue',
		'with characters of URLs': 'S3cret&Va/lue=?',
		'with letters beyond ASCII': 'S3cret-Välue',
		'of digits': '4711471147114711',
	};
	const cases = Object.entries(SECRETS).flatMap(([name, secret]) =>
		[
			['httpBasicAuth', { user: 'ada', password: secret }] as const,
			['httpBearerAuth', { token: secret }] as const,
			['httpHeaderAuth', { name: 'x-key', value: secret }] as const,
			['httpQueryAuth', { name: 'key', value: secret }] as const,
			['httpCustomAuth', { json: JSON.stringify({ qs: { key: secret } }) }] as const,
			['httpCustomAuth', { json: JSON.stringify({ body: { deep: { key: secret } } }) }] as const,
		].map((credential) => [name, secret, ...credential] as const),
	);

	/** Every form in which the secret may stand somewhere. */
	function formsOf(secret: string): string[] {
		const encoded = encodeURIComponent(secret);
		const forms = [
			secret,
			encoded,
			encoded.replaceAll('%20', '+'),
			JSON.stringify(secret).slice(1, -1),
		];
		return [...forms, Buffer.from(`ada:${secret}`).toString('base64')];
	}

	it.each(cases)(
		'%s (%s) in %s are in no error, even if the server repeats them',
		async (_name, secret, type, credential) => {
			// Headers hold Latin-1 only; the rest are refused before they are sent, which is also tested.
			server.route('/leak', ({ url, headers, body }, response) => {
				const number = /^\d+$/.test(secret) ? Number(secret) : null;
				const seen = {
					message: `You sent ${secret} and ${url}`,
					url,
					headers,
					body: body.toString(),
					number,
				};
				response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(seen));
			});
			const parameters: INodeParameters = {
				...{ authentication: 'genericCredentialType', genericAuthType: type },
				...{ method: 'POST', sendBody: true, specifyBody: 'json', jsonBody: '{}' },
				...to('/leak'),
			};
			const options = { credentials: { [type]: { ...credential } } };
			const stopped = await sendItems(parameters, options);
			const goneOn = await sendItems(parameters, { ...options, onError: 'continueRegularOutput' });
			expect(stopped.error?.name).toBe('NodeApiError');
			expect(hasError(goneOn.items)).toEqual([true]);

			const {
				node: _node,
				stack: _stack,
				...shown
			} = stopped.error as unknown as Record<string, unknown>;
			const everything = JSON.stringify([shown, stopped.hints, goneOn.items, goneOn.hints]);
			for (const form of formsOf(secret)) {
				// Once as it is, and once as it stands within the JSON that is searched.
				expect(everything).not.toContain(form);
				expect(everything).not.toContain(JSON.stringify(form).slice(1, -1));
			}
		},
	);

	it('in the query or the login of a URL are not shown', async () => {
		const url = `${server.origin}/status?code=500&api_key=S3cret`.replace('//', '//ada:Pa55word@');
		const { error } = await sendItems({ url });
		expect(error?.message).toContain('/status');
		expect(JSON.stringify([error?.message, error?.description])).not.toMatch(/S3cret|Pa55word/);
	});
});

it.each([
	['the query', 'httpQueryAuth', { name: 'v', value: 'S3cret-Value' }],
	['the body', 'httpCustomAuth', { json: '{"body":{"v":"S3cret-Value"}}' }],
])('tells a refused credential in %s from none', async (_where, type, credential) => {
	const { error } = await sendItems(
		{
			...{ url: `${server.origin}/status?code=401`, method: 'POST' },
			...{ authentication: 'genericCredentialType', genericAuthType: type },
			...{ sendBody: true, specifyBody: 'json', jsonBody: '{}' },
		},
		{ credentials: { [type]: credential } },
	);
	expect(error?.description).toContain('The server does not accept the credential.');
});
