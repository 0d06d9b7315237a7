import {
	getCredentialAllowedDomains,
	type ICredentialDataDecryptedObject,
	type IExecuteFunctions,
} from 'n8n-workflow';

import {
	secretsIn,
	secretsInHeaders,
	swappedNames,
	valuesWithSecretNames,
} from '../secrets/secrets';
import { isOn } from '../parameters/fields';
import { InvalidParameter } from '../parameters/InvalidParameter';
import type { ItemParameters } from '../parameters/ItemParameters';
import type { Account } from '../parameters/limits';
import type { ClientCertificate } from '../transport/HttpRequest';
import { readClientCertificate } from './clientCertificate';
import { type Authentication, kindsOfRun } from './credentialKinds';
import { RunCredentials } from './RunCredentials';

/** The fields of credentials that are no secrets, and may stand in an error. */
const PUBLIC_FIELDS = new Set([
	'user',
	'name',
	'headerName',
	'queryName',
	'baseUrl',
	'authType',
	'testPath',
	'maxConcurrency',
	'rateLimits',
	'allowedHttpRequestDomains',
	'allowedDomains',
	// Of Simplified Custom Auth: its secrets are among its values.
	'template',
	'placeholderDefs',
	'testUrl',
	'docsUrl',
	'serviceHost',
	'serviceOrigin',
	'acceptedStatusCodes',
	// Of OAuth.
	'authUrl',
	'accessTokenUrl',
	'requestTokenUrl',
	'signatureMethod',
	'serverUrl',
	'clientId',
	'grantType',
	'authentication',
	'scope',
	'authQueryParameters',
	'clientCredentialType',
	'tokenExpiredStatusCode',
	'jwksUri',
]);

/** Of OAuth2: "Additional Body Properties" of a request for a token. */
const TOKEN_FIELDS = 'additionalBodyProperties';

/** What the chosen credentials add to a request, and where it may be sent. */
export interface ItemAuthentication extends Authentication {
	/** Comma-separated hosts, `undefined` for any. */
	readonly allowedDomains: string | undefined;
	/** Texts that must not appear in an error. */
	readonly secrets: readonly string[];
	/**
	 * Those of the secrets that may be plain constants, such as a tenant in a header. They stay within
	 * texts that are sent, such as a URL with the same tenant.
	 */
	readonly constants: ReadonlySet<string>;
	/** Shown in the TLS handshake. */
	readonly clientCertificate?: ClientCertificate;
}

/** The labels of the fields in which the panel asks for a credential, by its type. */
const CREDENTIAL_FIELDS: Readonly<Record<string, string>> = {
	concurrentHttpApi: 'Credential',
	httpBasicAuth: 'Basic Auth',
	httpBearerAuth: 'Bearer Auth',
	httpCustomAuth: 'Custom Auth',
	httpDigestAuth: 'Digest Auth',
	httpHeaderAuth: 'Header Auth',
	httpQueryAuth: 'Query Auth',
	httpSslAuth: 'SSL Certificate',
	httpTemplatedCustomAuth: 'Simplified Custom Auth',
	oAuth1Api: 'OAuth1 API',
	oAuth2Api: 'OAuth2 API',
};

const NONE: ItemAuthentication = {
	allowedDomains: undefined,
	secrets: [],
	constants: new Set(),
};

/** The authentication of one run: which credential an item uses, and what it adds. */
export class RunAuthentication {
	private readonly context: IExecuteFunctions;
	private readonly credentials: RunCredentials;
	private readonly kinds: ReturnType<typeof kindsOfRun>;
	/** Results for credentials that several items share. */
	private readonly made = new WeakMap<ICredentialDataDecryptedObject, ItemAuthentication>();
	private readonly certificates = new WeakMap<ICredentialDataDecryptedObject, ClientCertificate>();

	constructor(context: IExecuteFunctions) {
		this.context = context;
		this.credentials = new RunCredentials(context);
		this.kinds = kindsOfRun(context);
	}

	/**
	 * @throws {InvalidParameter} when the kind of authentication is not one of ours
	 * @throws {AuthenticationFailure} when the credential is not connected
	 * @throws n8n's error when the credential is missing or must not be used in HTTP nodes
	 */
	forItem(
		parameters: ItemParameters,
		itemIndex: number,
	): ItemAuthentication | Promise<ItemAuthentication> {
		const type = credentialType(parameters);
		const needsCertificate = isOn(parameters.get('provideSslCertificates'));
		if (needsCertificate) return this.withCertificate(type, itemIndex);
		return type === undefined ? NONE : this.ofType(type, itemIndex);
	}

	/**
	 * The credential that stands for the account whose limits the run keeps to.
	 *
	 * @param parameters of the first item
	 * @returns `undefined` without a credential
	 * @throws {InvalidParameter} where none is chosen although the node needs one
	 */
	async account(parameters: ItemParameters): Promise<Account | undefined> {
		const type = credentialType(parameters);
		if (type !== undefined) this.assertChosen(type, 'Authentication');
		if (isOn(parameters.get('provideSslCertificates'))) {
			this.assertChosen('httpSslAuth', 'Settings > SSL Certificates');
		}
		const id = type && this.context.getNode().credentials?.[type]?.id;
		if (!type || typeof id !== 'string') return undefined;
		// Only this type has limits among its fields.
		const data = type === 'concurrentHttpApi' ? await this.credentials.read(type, 0) : {};
		return { id, data };
	}

	/** @param place where the panel asks for it */
	private assertChosen(type: string, place: string): void {
		if (this.context.getNode().credentials?.[type]) return;
		throw new InvalidParameter(
			CREDENTIAL_FIELDS[type] ?? 'Credential',
			'is empty: no credential is chosen',
			`Choose one in that field, below ${place}${place === 'Authentication' ? ', or set Authentication to None' : ''}.`,
		);
	}

	private async withCertificate(
		type: string | undefined,
		itemIndex: number,
	): Promise<ItemAuthentication> {
		const authentication = type === undefined ? NONE : await this.ofType(type, itemIndex);
		const credential = await this.credentials.read('httpSslAuth', itemIndex);
		let clientCertificate = this.certificates.get(credential);
		if (!clientCertificate) {
			clientCertificate = readClientCertificate(credential, this.context.getNode());
			this.certificates.set(credential, clientCertificate);
		}
		const { key, passphrase } = clientCertificate;
		const secrets = [...authentication.secrets, ...secretsIn([key, passphrase])];
		return { ...authentication, clientCertificate, secrets };
	}

	private async ofType(type: string, itemIndex: number): Promise<ItemAuthentication> {
		const kind = this.kinds.get(type);
		if (!kind) throw new InvalidParameter('Authentication', `of type "${type}" is not supported`);
		const credential = await this.credentials.read(type, itemIndex);
		let made = this.made.get(credential);
		if (!made) {
			const added = kind(credential);
			made = {
				...added,
				allowedDomains: getCredentialAllowedDomains({
					node: this.context.getNode(),
					credentialData: credential,
					surface: 'HTTP Request',
				}),
				...secretsOf(credential, added),
			};
			this.made.set(credential, made);
		}
		return made;
	}
}

function credentialType(parameters: ItemParameters): string | undefined {
	const authentication = parameters.get('authentication') ?? 'none';
	if (authentication === 'none') return undefined;
	if (authentication === 'concurrentHttpApi') return 'concurrentHttpApi';
	const generic = authentication === 'genericCredentialType';
	const type = generic ? parameters.get('genericAuthType') : authentication;
	if (typeof type !== 'string' || type === '') {
		throw new InvalidParameter('Generic Auth Type', 'is not chosen');
	}
	return type;
}

function secretsOf(
	credential: ICredentialDataDecryptedObject,
	{ headers = {}, query, body }: Authentication,
): Pick<ItemAuthentication, 'secrets' | 'constants'> {
	const { oauthTokenData, ...rest } = credential;
	const fields = Object.entries(rest)
		.filter(([name]) => !PUBLIC_FIELDS.has(name))
		.map(([name, value]) => ({ name, value, inner: valuesOfJson(value) }));
	const tokens = (oauthTokenData ?? {}) as Record<string, unknown>;
	const certain = secretsIn([
		fields.map(({ value, inner }) => [value, valuesWithSecretNames(inner)]),
		tokens.access_token,
		tokens.refresh_token,
		tokens.id_token,
		tokens.oauth_token,
		tokens.oauth_token_secret,
		valuesWithSecretNames([headers, query, body]),
		swappedNames(headers),
		swappedNames(query),
	]);
	const others = [
		// The token server alone gets these, so most of them, such as an audience, are no secrets.
		...secretsIn(fields.filter(({ name }) => name !== TOKEN_FIELDS).map(({ inner }) => inner)),
		...secretsIn([query, body]),
		...secretsInHeaders(headers),
	];
	const constants = new Set(others.filter((text) => !certain.includes(text)));
	return { secrets: [...certain, ...constants], constants };
}

/** A server repeats a value within a field of JSON text, never the whole text. */
function valuesOfJson(value: unknown): unknown {
	if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return undefined;
	try {
		return JSON.parse(value) as unknown;
	} catch {
		return undefined;
	}
}
