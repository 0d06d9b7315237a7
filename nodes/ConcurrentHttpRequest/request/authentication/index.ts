import {
	getCredentialAllowedDomains,
	type ICredentialDataDecryptedObject,
	type INode,
} from 'n8n-workflow';

import { InvalidParameter } from '../InvalidParameter';
import type { ItemParameters } from '../ItemParameters';
import { secretsIn } from '../secrets';
import type { Authentication, AuthenticationKind } from './Authentication';
import { basic } from './basic';
import { bearer } from './bearer';
import { concurrentHttpApi } from './concurrentHttpApi';
import { custom } from './custom';
import { header } from './header';
import { query } from './query';

export type { Authentication } from './Authentication';

/** Every credential type that the node can use. A new one is a file and a line here. */
const KINDS = new Map(
	Object.entries<AuthenticationKind>({
		httpBasicAuth: basic,
		httpBearerAuth: bearer,
		httpHeaderAuth: header,
		httpQueryAuth: query,
		httpCustomAuth: custom,
		concurrentHttpApi,
	}),
);

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
]);

/** What the chosen credential adds to a request, and where it may be sent. */
export interface ItemAuthentication extends Authentication {
	/** Comma-separated hosts, `undefined` for any. */
	readonly allowedDomains: string | undefined;
	/** Texts that must not appear in an error. */
	readonly secrets: readonly string[];
}

const NONE: ItemAuthentication = { allowedDomains: undefined, secrets: [] };

/** Hands out the decrypted data of the credential that the node has for a type. */
export type CredentialReader = (type: string) => Promise<ICredentialDataDecryptedObject>;

/**
 * @throws {InvalidParameter} when the kind of authentication is not one of ours
 * @throws n8n's error when the credential is missing or must not be used in HTTP nodes
 */
export async function readAuthentication(
	parameters: ItemParameters,
	readCredential: CredentialReader,
	node: INode,
): Promise<ItemAuthentication> {
	const type = credentialType(parameters);
	if (type === undefined) return NONE;
	const kind = KINDS.get(type);
	if (!kind) throw new InvalidParameter('Authentication', `of type "${type}" is not supported`);
	const credential = await readCredential(type);
	const added = kind(credential);
	return {
		...added,
		allowedDomains: getCredentialAllowedDomains({
			node,
			credentialData: credential,
			surface: 'HTTP Request',
		}),
		secrets: secretsOf(credential, added),
	};
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

function secretsOf(credential: ICredentialDataDecryptedObject, added: Authentication): string[] {
	const fields = Object.entries(credential)
		.filter(([name]) => !PUBLIC_FIELDS.has(name))
		.map(([, value]) => value);
	return secretsIn([fields, added.headers, added.query, added.body]);
}
