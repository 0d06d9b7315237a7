import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import type { Authorizer } from '../transport/HttpRequest';

/** What a credential adds to a request. */
export interface Authentication {
	readonly headers?: IDataObject;
	readonly query?: IDataObject;
	readonly body?: IDataObject;
	/** Authenticates each attempt anew, where what it adds depends on the URL or the server's word. */
	readonly authorizer?: Authorizer;
	/** The URL that a request's own URL may be relative to. */
	readonly baseUrl?: string;
}

/** Turns the data of one type of credential into what it adds to a request. */
export type AuthenticationKind = (credential: ICredentialDataDecryptedObject) => Authentication;
