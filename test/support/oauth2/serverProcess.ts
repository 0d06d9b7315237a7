/**
 * The process behind `AuthorizationServer`: `oidc-provider`, and an API that accepts its tokens.
 * Prints its origin as soon as it listens, and ends with its standard input.
 *
 * Usage: node serverProcess.ts <requests that the API accepts with one token>
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

const usesPerToken = Number(process.argv[2]);

/** Seconds that an access token lives: no test takes as long. */
const LIFETIME = 3_600;

const SCOPES = 'openid offline_access';

const server = createServer();
// No client finds its connection closed, however long it leaves it idle.
server.keepAliveTimeout = 60_000;
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const connected = {
	grant_types: ['authorization_code', 'refresh_token'],
	redirect_uris: ['https://n8n.test/rest/oauth2-credential/callback'],
	scope: SCOPES,
};
const provider = new Provider(origin, {
	clients: [
		{
			...{ client_id: 'service', client_secret: 'service-secret', redirect_uris: [] },
			...{ grant_types: ['client_credentials'], response_types: [] },
		},
		{ client_id: 'app', client_secret: 'app-secret', ...connected },
		{
			...{ client_id: 'app-post', client_secret: 'app-secret', ...connected },
			token_endpoint_auth_method: 'client_secret_post',
		},
		// A public client, of PKCE.
		{ client_id: 'public', token_endpoint_auth_method: 'none', ...connected },
	],
	features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
	findAccount: async (_context: unknown, accountId: string) => ({
		accountId,
		claims: async () => ({ sub: accountId }),
	}),
	rotateRefreshToken: true,
	ttl: {
		AccessToken: LIFETIME,
		ClientCredentials: LIFETIME,
		RefreshToken: LIFETIME,
		Grant: LIFETIME,
	},
});

const counts = { issued: 0, refused: 0, accepted: 0, rejected: 0 };
/** How often the API has accepted each token. */
const uses = new Map<string, number>();
/** While on, the token endpoint fails. */
let isDown = false;

provider.on('grant.success', () => counts.issued++);
provider.on('grant.error', () => counts.refused++);
const authorize = provider.callback();

/** Connects an account to a client, as somebody's login in n8n's editor would. */
async function connect(clientId: string): Promise<Record<string, unknown>> {
	const client = await provider.Client.find(clientId);
	const grant = new provider.Grant({ accountId: 'ada', clientId });
	grant.addOIDCScope(SCOPES);
	const grantId = await grant.save();
	const common = {
		...{ accountId: 'ada', client, grantId, scope: SCOPES, gty: 'authorization_code' },
		...{ claims: {}, expiresWithSession: false },
	};
	return {
		access_token: await new provider.AccessToken(common).save(),
		refresh_token: await new provider.RefreshToken(common).save(),
		...{ token_type: 'Bearer', expires_in: LIFETIME, scope: SCOPES },
	};
}

/** Whether the API accepts a request with this token, which counts as one of its uses. */
async function accepts(token: string): Promise<boolean> {
	const found =
		(await provider.AccessToken.find(token)) ?? (await provider.ClientCredentials.find(token));
	const used = uses.get(token) ?? 0;
	if (!found?.isValid || used === usesPerToken) return false;
	uses.set(token, used + 1);
	return true;
}

/** An API whose answers take `ms`; 401, or the query's `expired`, without a valid token. */
async function answerApi(url: URL, request: IncomingMessage, response: ServerResponse) {
	const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
	const accepted = url.pathname !== '/api/never' && (await accepts(token));
	counts[accepted ? 'accepted' : 'rejected']++;
	request.resume();
	setTimeout(
		() => {
			response.statusCode = accepted ? 200 : Number(url.searchParams.get('expired') ?? 401);
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ id: url.searchParams.get('id'), accepted }));
		},
		Number(url.searchParams.get('ms') ?? 0),
	);
}

server.on('request', (request, response) => {
	const url = new URL(request.url ?? '/', origin);
	const send = (body: unknown) => response.end(JSON.stringify(body));
	const handle = async () => {
		if (url.pathname.startsWith('/api/')) return await answerApi(url, request, response);
		if (url.pathname === '/control/connect') {
			return send(await connect(url.searchParams.get('client') ?? ''));
		}
		if (url.pathname === '/control/counts') return send({ ...counts, tokens: uses.size });
		if (url.pathname === '/control/down') {
			isDown = url.searchParams.get('is') === 'true';
			return send({});
		}
		if (isDown && url.pathname === '/token') {
			response.statusCode = 503;
			return response.end('Down');
		}
		return authorize(request, response);
	};
	handle().catch((error: unknown) => {
		response.statusCode = 500;
		response.end(String(error));
	});
});

process.stdin.resume().once('end', () => process.exit());
console.log(origin);
