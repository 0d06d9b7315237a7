import type { IDataObject } from 'n8n-workflow';
import { readCertificate } from '../../support/certificates.ts';

/** The credentials that uses name. */
export const movedCredentials: Record<string, { type: string; data: IDataObject }> = {
	basic: { type: 'httpBasicAuth', data: { user: 'ada', password: 'pässword:1' } },
	bearer: { type: 'httpBearerAuth', data: { token: 'bearer-token' } },
	header: { type: 'httpHeaderAuth', data: { name: 'X-API-Key', value: 'header-key' } },
	query: { type: 'httpQueryAuth', data: { name: 'api_key', value: 'query key&' } },
	custom: {
		type: 'httpCustomAuth',
		data: {
			json: '{"headers":{"X-Custom":"custom"},"qs":{"custom":"1"},"body":{"custom":"secret"}}',
		},
	},
	templated: {
		type: 'httpTemplatedCustomAuth',
		data: {
			template:
				'{"headers":{"X-Key":"Key {{ key }}","X-Org":"{{org}}"},"qs":{"user":"{{user}}"},"body":{"pin":"{{pin}}"}}',
			placeholderDefs: '[{"name":"org","optional":true}]',
			placeholderValues: '{"key":"templated-key","user":"ada & co","pin":4711}',
		},
	},
	digest: { type: 'httpDigestAuth', data: { user: 'ada', password: 'digest-password' } },
	oAuth1: {
		type: 'oAuth1Api',
		data: {
			...{ consumerKey: 'consumer', consumerSecret: 'consumer-secret' },
			...{ signatureMethod: 'HMAC-SHA256', authUrl: 'https://a.test/auth' },
			...{ requestTokenUrl: 'https://a.test/request', accessTokenUrl: 'https://a.test/access' },
			oauthTokenData: { oauth_token: 'token', oauth_token_secret: 'token-secret' },
		},
	},
	oAuth2: {
		type: 'oAuth2Api',
		data: {
			...{ grantType: 'authorizationCode', clientId: 'app', clientSecret: 'app-secret' },
			...{ authUrl: 'https://a.test/auth', accessTokenUrl: 'https://a.test/token' },
			...{ scope: '', authentication: 'header' },
			oauthTokenData: { access_token: 'oauth2-token', token_type: 'MAC', refresh_token: 'r' },
		},
	},
	certificate: { type: 'httpSslAuth', data: readCertificate('example') as never },
};
