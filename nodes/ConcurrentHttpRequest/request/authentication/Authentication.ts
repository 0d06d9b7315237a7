import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** What a credential adds to a request. */
export interface Authentication {
	readonly headers?: Record<string, unknown>;
	readonly query?: Record<string, unknown>;
	readonly body?: Record<string, unknown>;
	/** The URL that a request's own URL may be relative to. */
	readonly baseUrl?: string;
}

/** Turns the data of one type of credential into what it adds to a request. */
export type AuthenticationKind = (credential: ICredentialDataDecryptedObject) => Authentication;
