import { createHash } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import {
	getCredentialAllowedDomains,
	type ICredentialDataDecryptedObject,
	type INode,
} from 'n8n-workflow';

import { toText } from '../common/toText';
import { InvalidParameter } from '../parameters/InvalidParameter';
import type { ClientCertificate } from '../transport/HttpRequest';

/**
 * Reads n8n's "SSL Certificates" credential.
 *
 * @throws {InvalidParameter} when certificate and key are not PEM, or do not belong together
 */
export function readClientCertificate(
	credential: ICredentialDataDecryptedObject,
	node: INode,
): ClientCertificate {
	const certificate = {
		ca: toPem(credential.ca),
		cert: toPem(credential.cert),
		key: toPem(credential.key),
		passphrase: toText(credential.passphrase) || undefined,
	};
	try {
		createSecureContext(certificate);
	} catch (error) {
		throw new InvalidParameter(
			'SSL Certificate',
			`cannot be used: ${problemOf(error)}`,
			'Paste certificate and key as PEM, from "-----BEGIN" to "-----END", and the passphrase if the key is encrypted.',
		);
	}
	return {
		...certificate,
		id: createHash('sha256')
			.update(JSON.stringify(Object.values(certificate)))
			.digest('hex'),
		allowedDomains: getCredentialAllowedDomains({
			node,
			credentialData: credential,
			surface: 'HTTP Request',
		}),
	};
}

/**
 * Restores the line breaks of a field that was pasted as one line, with blanks or `\n` in their
 * place, as n8n does. Other text stays as it is.
 */
function toPem(value: unknown): string | undefined {
	const text = toText(value).trim();
	if (text === '') return undefined;
	if (text.includes('\n')) return text;
	return text.replace(
		/-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----/g,
		(_block, label: string, content: string) => {
			const lines = content.replaceAll('\\n', ' ').trim().split(/\s+/);
			const body = lines.flatMap((line) => line.match(/.{1,64}/g) ?? []);
			return `-----BEGIN ${label}-----\n${body.join('\n')}\n-----END ${label}-----\n`;
		},
	);
}

/** OpenSSL's messages name places in its source; the last part says what is wrong. */
function problemOf(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	return message.split(':').at(-1)?.trim() || 'it is not PEM';
}
