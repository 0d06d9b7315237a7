import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A throwaway certificate of `fixtures/`: `localhost` (and its addresses), `*.example.test`, for
 * `localhost` and out of date, or npm's registry (and 127.0.0.1).
 */
export type CertificateName = 'localhost' | 'example' | 'expired' | 'registry';

export interface Certificate {
	key: string;
	/** Self-signed, so also what a client has to trust. */
	cert: string;
}

/** Path of the PEM certificate, for `NODE_EXTRA_CA_CERTS` of another process. */
export function certificatePath(name: CertificateName): string {
	return join(import.meta.dirname, 'fixtures', `${name}-cert.pem`);
}

export function readCertificate(name: CertificateName): Certificate {
	const keyPath = join(import.meta.dirname, 'fixtures', `${name}-key.pem`);
	return { key: readFileSync(keyPath, 'utf8'), cert: readFileSync(certificatePath(name), 'utf8') };
}
