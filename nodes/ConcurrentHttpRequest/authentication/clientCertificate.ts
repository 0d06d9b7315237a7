import { createHash } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { getCredentialAllowedDomains } from 'n8n-workflow';
import type { ICredentialDataDecryptedObject, INode } from 'n8n-workflow';

import type { ClientCertificate } from '../transport/ClientCertificate';
import { InvalidParameter } from '../parameters/InvalidParameter';
import { toText } from '../common/toText';

/**
 * Reads n8n's "SSL Certificates" credential.
 *
 * @throws {InvalidParameter} when certificate and key are not PEM, or do not belong together
 */
export function readClientCertificate(
	credential: ICredentialDataDecryptedObject,
	node: INode,
): ClientCertificate {
	const [ca, cert, key] = [credential.ca, credential.cert, credential.key].map(toPem);
	const passphrase = toText(credential.passphrase) || undefined;
	try {
		createSecureContext({ ca, cert, key, passphrase });
	} catch (error) {
		throw new InvalidParameter(
			'SSL Certificate',
			`cannot be used: ${problemOf(error)}`,
			'Paste certificate and key as PEM, from "-----BEGIN" to "-----END", and the passphrase if the key is encrypted.',
		);
	}
	return {
		id: createHash('sha256')
			.update(JSON.stringify([ca, cert, key, passphrase]))
			.digest('hex'),
		...{ ca, cert, key, passphrase },
		allowedDomains: getCredentialAllowedDomains({
			node,
			credentialData: credential,
			surface: 'HTTP Request',
		}),
	};
}

/** The texts of a certificate that must not appear in an error. */
export function secretTexts({ key, passphrase }: ClientCertificate): string[] {
	return [key, passphrase].filter((text) => text !== undefined);
}

/**
 * A field that was pasted into one line, where blanks or `\n` stand for line breaks, gets them
 * back; n8n accepts those, too. Other text stays as it is.
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
