/** OAuth2 against a real authorization server. */
import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { AuthorizationServer } from '../support/oauth2/AuthorizationServer.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';
import type { SendOptions } from '../support/workflow/sendItems.ts';

let server: AuthorizationServer;

async function start(usesPerToken?: number): Promise<void> {
	server = await AuthorizationServer.start(usesPerToken);
}

afterEach(async () => {
	await server.close();
});

async function send(
	credential: ICredentialDataDecryptedObject,
	parameters: INodeParameters = {},
	options: SendOptions = {},
) {
	return await sendItems(
		{
			url: `=${server.origin}/api/items?id={{ $json.id }}`,
			...{ authentication: 'genericCredentialType', genericAuthType: 'oAuth2Api' },
			...parameters,
		},
		{ credentials: { oAuth2Api: credential }, ...options },
	);
}

/** A token that the authorization server never gave. */
function withStaleToken(credential: ICredentialDataDecryptedObject) {
	const data = credential.oauthTokenData as Record<string, unknown>;
	return { ...credential, oauthTokenData: { ...data, access_token: 'stale-token' } as never };
}

describe('tokens that expire after 100 requests, with refresh tokens that rotate', () => {
	beforeEach(async () => await start(100));

	it('are renewed once for each expiry: 500 items at 50 in flight', async () => {
		const credential = await server.connectedCredential('app');
		const { items, error } = await send(
			credential,
			{ url: `=${server.origin}/api/items?ms=20&id={{ $json.id }}`, maxConcurrency: 50 },
			{ items: numbered(500) },
		);
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(
			numbered(500).map(({ json }) => ({ id: String(json.id), accepted: true })),
		);
		// The first of the five tokens came with the credential.
		expect(await server.counts()).toMatchObject({
			issued: 4,
			refused: 0,
			accepted: 500,
			tokens: 5,
		});
	});

	it('leave a credential behind that the next run can use', async () => {
		const credential = await server.connectedCredential('public');
		const parameters = {
			...{ url: `=${server.origin}/api/items?ms=20&id={{ $json.id }}`, maxConcurrency: 10 },
		};
		for (let run = 0; run < 2; run++) {
			const { items, error } = await send(credential, parameters, { items: numbered(150) });
			expect(error).toBeUndefined();
			expect(items).toHaveLength(150);
		}
		expect(await server.counts()).toMatchObject({
			issued: 2,
			refused: 0,
			accepted: 300,
			tokens: 3,
		});
	});
});

describe('each grant', () => {
	beforeEach(async () => await start());

	it.each(['app', 'app-post', 'public'] as const)(
		'renews a token that has expired once for all items: client "%s"',
		async (client) => {
			const credential = withStaleToken(await server.connectedCredential(client));
			const { items, error } = await send(
				credential,
				{ maxConcurrency: 20 },
				{ items: numbered(60) },
			);
			expect(error).toBeUndefined();
			expect(items).toHaveLength(60);
			expect(await server.counts()).toMatchObject({ issued: 1, accepted: 60, tokens: 1 });
			const stored = credential.oauthTokenData as Record<string, unknown>;
			expect(stored.access_token).not.toBe('stale-token');
		},
	);

	it('client credentials: signs in once, stores the token, and uses it again', async () => {
		const credential = server.serviceCredential();
		for (let run = 0; run < 2; run++) {
			const { items, error } = await send(
				credential,
				{ maxConcurrency: 20 },
				{ items: numbered(40) },
			);
			expect(error).toBeUndefined();
			expect(items).toHaveLength(40);
		}
		expect(await server.counts()).toMatchObject({ issued: 1, rejected: 0, tokens: 1 });
	});

	it('client credentials: signs in where an empty token is stored', async () => {
		const credential = {
			...server.serviceCredential(),
			oauthTokenData: { access_token: '' } as never,
		};
		const { error } = await send(credential);
		expect(error).toBeUndefined();
		expect(await server.counts()).toMatchObject({ issued: 1, rejected: 0 });
	});

	it('renews a token that another process has stored meanwhile, once that expires', async () => {
		const held = withStaleToken(await server.connectedCredential('app'));
		const data = held.oauthTokenData as object;
		const later = { ...held, oauthTokenData: { ...data, access_token: 'stale-too' } as never };
		let reads = 0;
		const credentials = {
			get oAuth2Api() {
				return ++reads <= 3 ? held : later;
			},
		};
		const { error } = await send(held, {}, { credentials, items: numbered(5) });
		expect(error).toBeUndefined();
		expect(await server.counts()).toMatchObject({ issued: 1, accepted: 5 });
	});

	it('uses the token that another process has stored meanwhile', async () => {
		const credential = await server.connectedCredential('app');
		const renewed = { ...credential };
		const held = withStaleToken(credential);
		// What the run reads first is stale; at the time of the refusal the store has a good one.
		let reads = 0;
		const credentials = {
			get oAuth2Api() {
				return ++reads <= 3 ? held : renewed;
			},
		};
		const { error } = await send(held, {}, { credentials, items: numbered(5) });
		expect(error).toBeUndefined();
		expect(await server.counts()).toMatchObject({ issued: 0, accepted: 5, tokens: 1 });
	});
});

describe('a status that the credential names', () => {
	beforeEach(async () => await start());

	it('tells of an expired token', async () => {
		const credential = {
			...withStaleToken(await server.connectedCredential('app')),
			tokenExpiredStatusCode: 403,
		};
		const url = `${server.origin}/api/items?expired=403`;
		const { error } = await send(credential, { url });
		expect(error).toBeUndefined();
		expect(await server.counts()).toMatchObject({ issued: 1, accepted: 1, rejected: 1 });
	});

	it('takes the place of 401', async () => {
		const credential = {
			...withStaleToken(await server.connectedCredential('app')),
			tokenExpiredStatusCode: 403,
		};
		const { error } = await send(credential);
		expect(error?.message).toMatch(/401/);
		expect(await server.counts()).toMatchObject({ issued: 0, rejected: 1 });
	});
});

describe('an API that refuses every token', () => {
	beforeEach(async () => await start());

	it('does not get requests without end, nor does the authorization server', async () => {
		const { errors } = await send(
			withStaleToken(await server.connectedCredential('app')),
			{ url: `${server.origin}/api/never`, maxConcurrency: 10 },
			{ items: numbered(50), onError: 'continueErrorOutput' },
		);
		expect(errors).toHaveLength(50);
		const { issued, rejected } = await server.counts();
		expect(issued).toBe(1);
		// Each once, and those that were in progress with the stale token once more: in flight, and ready.
		expect(rejected).toBeLessThanOrEqual(70);
	});

	it('is a result with Never Error', async () => {
		const { items } = await send(withStaleToken(await server.connectedCredential('app')), {
			url: `${server.origin}/api/never`,
			options: { response: { response: { neverError: true, fullResponse: true } } },
		});
		expect(jsonOf(items)).toMatchObject([{ statusCode: 401 }]);
		expect(await server.counts()).toMatchObject({ issued: 1, rejected: 2 });
	});
});

describe('an authorization server', () => {
	beforeEach(async () => await start());

	const withToken = async (data: Record<string, unknown>) => {
		const credential = await server.connectedCredential('app');
		return { ...credential, oauthTokenData: { token_type: 'Bearer', ...data } as never };
	};

	it('that has revoked the grant gets one request, and the items say what to do', async () => {
		const credential = await withToken({ access_token: 'old-token', refresh_token: 'gone-token' });
		const { errors } = await send(
			credential,
			{ maxConcurrency: 5 },
			{ items: numbered(30), onError: 'continueErrorOutput' },
		);
		const advice = expect.stringMatching(/Open the credential and reconnect it/) as string;
		expect(errors).toHaveLength(30);
		for (const { json } of errors) {
			expect(JSON.stringify(json)).toMatch(/needs to be reconnected/);
			expect(json).toMatchObject({ error: { name: 'NodeApiError', description: advice } });
		}
		expect(JSON.stringify(errors)).not.toMatch(/gone-token|old-token|app-secret/);
		expect((await server.counts()).refused).toBe(1);
	});

	it('that gave no refresh token gets no request', async () => {
		const { error } = await send(await withToken({ access_token: 'old-token' }));
		expect(error?.message).toMatch(/no refresh token is available/);
		expect((await server.counts()).refused).toBe(0);
	});

	it('that fails for a moment gets another request for later items', async () => {
		await server.setDown(true);
		const credential = withStaleToken(await server.connectedCredential('app'));
		const { origin } = server;
		const gate = await TestServer.start();
		gate.route('/up', (_request, response) => {
			void fetch(`${origin}/control/down?is=false`).then(() => response.end('{}'));
		});
		const { items, errors } = await send(
			credential,
			{
				url: `={{ $json.id === 1 ? '${gate.origin}/up' : '${origin}/api/items' }}`,
				maxConcurrency: 1,
			},
			{ items: numbered(3), onError: 'continueErrorOutput' },
		);
		expect([items.length, errors.length]).toEqual([2, 1]);
		expect(JSON.stringify(errors)).toMatch(/No access token/);
		expect(await server.counts()).toMatchObject({ issued: 1 });
		await gate.close();
	});

	it('gets no request for a credential that nobody has connected', async () => {
		const { oauthTokenData: _, ...credential } = await server.connectedCredential('app');
		const { error } = await send(credential);
		expect(error?.message).toMatch(/not connected/);
		expect(await server.counts()).toMatchObject({ issued: 0, refused: 0, rejected: 0 });
	});

	it('that does not know the client says so, without the secret', async () => {
		const credential = { ...server.serviceCredential(), clientSecret: 'wrong-secret' };
		const { error } = await send(credential, {}, { items: numbered(3) });
		expect(error?.message).toMatch(/Client authentication failed/);
		expect(JSON.stringify([error?.message, error?.description])).not.toContain('wrong-secret');
	});
});

describe('the token', () => {
	beforeEach(async () => await start());

	it('goes to allowed domains only, and to no other origin by redirect', async () => {
		const elsewhere = await TestServer.start();
		const credential = await server.connectedCredential('app');
		const near = await TestServer.start();
		const url = `${near.origin}/redirect?to=${encodeURIComponent(`${elsewhere.origin}/echo`)}`;
		await send(credential, { url });
		expect(near.requests[0]?.headers.authorization).toMatch(/^Bearer .+/);
		expect(elsewhere.requests[0]?.headers).not.toHaveProperty('authorization');

		const restricted = { allowedHttpRequestDomains: 'domains', allowedDomains: 'example.com' };
		near.reset();
		const { error } = await send({ ...credential, ...restricted }, { url });
		expect(error).toBeDefined();
		expect(near.connections).toBe(0);
		await Promise.all([near.close(), elsewhere.close()]);
	});

	it('does not appear in an error, though the server repeats it', async () => {
		const near = await TestServer.start();
		near.route('/repeat', ({ headers }, response) => {
			response.statusCode = 500;
			response.end(`Broken by ${headers.authorization}`);
		});
		const credential = withStaleToken(await server.connectedCredential('app'));
		const { error } = await send(credential, { url: `${near.origin}/repeat` });
		expect(error).toBeDefined();
		expect(JSON.stringify([error?.message, error?.description, error])).not.toMatch(/stale-token/);
		await near.close();
	});
});
