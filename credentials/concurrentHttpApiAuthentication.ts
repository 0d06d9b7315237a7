import { UserError, type ICredentialDataDecryptedObject, type IDataObject } from 'n8n-workflow';

/** What a credential adds to a request. */
export interface RequestAuthentication {
	headers?: Record<string, string>;
	qs?: IDataObject;
	body?: IDataObject;
	/** Basic authentication (RFC 7617), not yet encoded. */
	basic?: { user: string; password: string };
}

/**
 * What a "Concurrent HTTP API" credential adds to each request. Knows nothing of how requests are
 * sent, so that the node and the credential test, which send differently, authenticate alike.
 *
 * @throws {UserError} when the credential is incomplete; the message holds no secret.
 */
export function concurrentHttpApiAuthentication(
	credential: ICredentialDataDecryptedObject,
): RequestAuthentication {
	switch (credential.authType) {
		case 'none':
			return {};
		case 'basic':
			return { basic: { user: text(credential.user), password: text(credential.password) } };
		case 'bearer':
			return { headers: { Authorization: `Bearer ${required(credential.token, 'Token')}` } };
		case 'header': {
			const name = required(credential.headerName, 'Header Name');
			return { headers: { [name]: required(credential.headerValue, 'Header Value') } };
		}
		case 'query': {
			const name = required(credential.queryName, 'Query Parameter Name');
			return { qs: { [name]: required(credential.queryValue, 'Query Parameter Value') } };
		}
		case 'custom':
			return custom(text(credential.json));
		default:
			throw new UserError(
				`The credential has the unknown authentication type "${text(credential.authType)}".`,
			);
	}
}

/** Text pasted with a space or line break around it is a common slip, and never part of a token. */
function required(value: unknown, field: string): string {
	const trimmed = text(value).trim();
	if (trimmed === '') throw new UserError(`The field "${field}" of the credential is empty.`);
	return trimmed;
}

function custom(json: string): RequestAuthentication {
	const { headers, qs, body } = parseObject(json);
	return {
		...(headers !== undefined && {
			headers: Object.fromEntries(
				Object.entries(asObject(headers, '"headers"')).map(([name, value]) => [name, text(value)]),
			),
		}),
		...(qs !== undefined && { qs: asObject(qs, '"qs"') }),
		...(body !== undefined && { body: asObject(body, '"body"') }),
	};
}

function parseObject(json: string): IDataObject {
	let parsed: unknown;
	try {
		parsed = JSON.parse(json);
	} catch (error) {
		// The engine's message may quote the text, which is a secret: only the position is passed on.
		const position = / at position \d+( \(line \d+ column \d+\))?$/.exec(String(error))?.[0];
		throw new UserError(`The JSON of the credential is not valid${position ?? ''}.`);
	}
	return asObject(parsed, 'The JSON');
}

function asObject(value: unknown, what: string): IDataObject {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new UserError(
			`${what} of the credential must be an object, for example { "key": "value" }.`,
		);
	}
	return value as IDataObject;
}

function text(value: unknown): string {
	if (value === undefined || value === null) return '';
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
