/** Waits that a server asks for, and what they must not hold up. */
import { TestServer } from '../../support/TestServer.ts';
import { jsonOf, sendItems } from '../../support/workflow/sendItems.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await server.close();
});

const paths = (...all: string[]) => all.map((path) => ({ json: { path } }));

it('goes on after Retry-After while a slow request from before it is still on its way', async () => {
	// RFC 9110 section 10.2.3: Retry-After asks to wait before a request, not for those that are open.
	let endSlow = () => {};
	let refused = 0;
	server.route('/slow', (_request, response) => {
		endSlow = () => response.end('{"slow":true}');
	});
	server.route('/busy', (_request, response) => {
		if (refused++ === 0) response.writeHead(429, { 'retry-after': '1' }).end();
		else response.end('{"busy":true}');
	});
	let served = 0;
	server.route('/ok', (_request, response) => {
		response.end('{"ok":true}');
		// The slow one ends once all others have gone on.
		if (++served === 5) endSlow();
	});
	const { items, error } = await sendItems(
		{
			url: `=${server.origin}{{ $json.path }}`,
			maxConcurrency: 2,
			options: { timeout: 20_000, response: { response: { responseFormat: 'json' } } },
		},
		{ items: paths('/slow', '/busy', '/ok', '/ok', '/ok', '/ok', '/ok') },
	);
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toEqual([
		{ slow: true },
		{ busy: true },
		...Array<object>(5).fill({ ok: true }),
	]);
});

it('obeys Retry-After rather than a reset that is further away', async () => {
	// draft-ietf-httpapi-ratelimit-headers: Retry-After takes precedence over RateLimit.
	let refused = 0;
	server.route('/busy', (_request, response) => {
		if (refused++ > 0) return void response.end('{"ok":true}');
		response
			.writeHead(429, {
				'retry-after': '1',
				'x-ratelimit-remaining': '0',
				'x-ratelimit-reset': '3600',
			})
			.end();
	});
	const { items, error } = await sendItems(
		{
			url: `=${server.origin}{{ $json.path }}`,
			options: { response: { response: { responseFormat: 'json' } } },
		},
		{ items: paths('/busy', '/busy', '/busy') },
	);
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toEqual(Array(3).fill({ ok: true }));
});

it('obeys Retry-After rather than a reset that an earlier response told', async () => {
	const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '3600' };
	let answered = 0;
	server.route('/first', (_request, response) => response.writeHead(200, spent).end('{"ok":true}'));
	server.route('/busy', (_request, response) => {
		if (answered++ > 0) response.end('{"ok":true}');
		// Once the other one has told of the reset.
		else setTimeout(() => response.writeHead(429, { ...spent, 'retry-after': '1' }).end(), 100);
	});
	const { items, error } = await sendItems(
		{
			url: `=${server.origin}{{ $json.path }}`,
			maxConcurrency: 2,
			options: { response: { response: { responseFormat: 'json' } } },
		},
		{ items: paths('/first', '/busy') },
	);
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toEqual([{ ok: true }, { ok: true }]);
});

it.each([
	['RateLimit for 31 days', { ratelimit: '"d";r=0;t=2678400' }],
	['X-RateLimit-Reset in an hour', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '3600' }],
])('holds no item for longer than Total Time: %s', async (_, headers) => {
	server.route('/last', (_request, response) => {
		response.writeHead(200, headers).end('{"ok":true}');
	});
	const { items, hints } = await sendItems(
		{
			url: `=${server.origin}{{ $json.path }}`,
			maxConcurrency: 1,
			options: { response: { response: { responseFormat: 'json' } } },
		},
		{ items: paths('/last', '/last', '/last'), onError: 'continueRegularOutput' },
	);
	expect(items[0]?.json).toEqual({ ok: true });
	expect(JSON.stringify(items[1]?.json)).toMatch(/the server asks to wait for longer than/);
	expect(items).toHaveLength(3);
	expect(server.requests).toHaveLength(1);
	expect(hints.join()).toMatch(/2 items failed \(2 x paused\)/);
});
