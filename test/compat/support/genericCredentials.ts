import type { IDataObject } from 'n8n-workflow';
import { AuthorizationServer } from '../../support/oauth2/AuthorizationServer.ts';
import type { ReceivedRequest } from '../../support/TestServer.ts';

/** Stands in every credential, and must be found nowhere but in requests. */
export const SECRET = 'geheim-4711';

/** A kind of credential, by the name that n8n shows. */
export interface CredentialKind {
	type: string;
	data: () => IDataObject | Promise<IDataObject>;
	/** Whether a request was made with it. */
	isUsedBy: (request: ReceivedRequest) => boolean;
}

const basic = `Basic ${Buffer.from(`ada:${SECRET}`).toString('base64')}`;

const hasSecret = ({ url, headers, body }: ReceivedRequest) =>
	[url, JSON.stringify(headers), body.toString()].join().includes(SECRET);

const startsWith = (prefix: string) => (request: ReceivedRequest) =>
	request.headers.authorization?.startsWith(prefix) === true;

/** A credential of a service is renewed through n8n's own helper. */
export class TokenServer {
	private server: AuthorizationServer | undefined;

	async credential(): Promise<IDataObject> {
		this.server ??= await AuthorizationServer.start();
		return this.server.serviceCredential();
	}

	async close(): Promise<void> {
		await this.server?.close();
	}
}

export function credentialKinds(tokens: TokenServer): Record<string, CredentialKind> {
	return {
		'Basic Auth': {
			type: 'httpBasicAuth',
			data: () => ({ user: 'ada', password: SECRET }),
			isUsedBy: ({ headers }) => headers.authorization === basic,
		},
		'Bearer Auth': {
			type: 'httpBearerAuth',
			data: () => ({ token: SECRET }),
			isUsedBy: startsWith(`Bearer ${SECRET}`),
		},
		'Header Auth': {
			type: 'httpHeaderAuth',
			data: () => ({ name: 'X-Key', value: SECRET }),
			isUsedBy: ({ headers }) => headers['x-key'] === SECRET,
		},
		'Query Auth': {
			type: 'httpQueryAuth',
			data: () => ({ name: 'key', value: SECRET }),
			isUsedBy: ({ url }) => url.includes(`key=${SECRET}`),
		},
		'Custom Auth': {
			type: 'httpCustomAuth',
			data: () => ({ json: JSON.stringify({ headers: { 'X-Key': SECRET } }) }),
			isUsedBy: hasSecret,
		},
		'Simplified Custom Auth': {
			type: 'httpTemplatedCustomAuth',
			data: () => ({
				template: '{"headers":{"X-Key":"{{ key }}"}}',
				placeholderDefs: '[]',
				placeholderValues: JSON.stringify({ key: SECRET }),
			}),
			isUsedBy: hasSecret,
		},
		'Digest Auth': {
			type: 'httpDigestAuth',
			data: () => ({ user: 'ada', password: SECRET }),
			isUsedBy: startsWith('Digest username="ada"'),
		},
		'OAuth1 API': {
			type: 'oAuth1Api',
			data: () => ({
				...{ consumerKey: 'consumer', consumerSecret: SECRET, signatureMethod: 'HMAC-SHA256' },
				...{ authUrl: 'https://a.test/auth', requestTokenUrl: 'https://a.test/request' },
				accessTokenUrl: 'https://a.test/access',
				oauthTokenData: { oauth_token: 'token', oauth_token_secret: SECRET },
			}),
			isUsedBy: startsWith('OAuth '),
		},
		'OAuth2 API': {
			type: 'oAuth2Api',
			data: () => tokens.credential(),
			isUsedBy: startsWith('Bearer '),
		},
	};
}

/** Wants a login by Digest, and takes any. */
export function answerDigest(
	{ headers }: ReceivedRequest,
	response: {
		statusCode: number;
		setHeader: (...header: [string, string]) => void;
		end: (text: string) => void;
	},
): void {
	response.statusCode = headers.authorization ? 200 : 401;
	response.setHeader('www-authenticate', 'Digest realm="Staff", nonce="n1", qop="auth"');
	response.end('{}');
}
