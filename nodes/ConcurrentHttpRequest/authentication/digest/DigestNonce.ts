import { createHash, randomBytes } from 'node:crypto';

import type { HttpRequest } from '../../transport/HttpRequest';
import { parseChallenges } from './parseChallenges';

/** Hash functions by the name that servers give (RFC 7616 section 3.3, RFC 7616 section 6.1). */
const HASHES: Record<string, string> = {
	MD5: 'md5',
	'SHA-256': 'sha256',
	'SHA-512-256': 'sha512-256',
};

export interface Login {
	readonly user: string;
	readonly password: string;
}

/** What a server's Digest challenge says. */
export interface DigestChallenge {
	/** As it came, one character a byte. */
	readonly realm: string;
	readonly nonce: string;
	readonly opaque: string | undefined;
	/** As the server writes it, `undefined` where it names none (MD5). */
	readonly algorithm: string | undefined;
	/** Node's name of the hash function. */
	readonly hash: string;
	/** Whether the hash covers nonce and cnonce of the session (`-sess`). */
	readonly isSession: boolean;
	/** Whether the server knows quality of protection; else it counts nothing (RFC 2069). */
	readonly qop: boolean;
	/** The password was right, the nonce has had its day. */
	readonly stale: boolean;
	readonly userhash: boolean;
}

/**
 * The first Digest challenge that can be answered: servers list them by preference (RFC 7616
 * section 3.7). Protection of the body (`auth-int`) alone is not one.
 */
export function readDigestChallenge(header: unknown): DigestChallenge | undefined {
	if (typeof header !== 'string') return undefined;
	for (const { scheme, parameters } of parseChallenges(header)) {
		const nonce = parameters.get('nonce');
		if (scheme !== 'digest' || nonce === undefined) continue;
		const algorithm = parameters.get('algorithm');
		const isSession = algorithm !== undefined && /-sess$/i.test(algorithm);
		const hash = HASHES[(algorithm ?? 'MD5').replace(/-sess$/i, '').toUpperCase()];
		const qop = parameters.get('qop')?.trim();
		const knowsAuth = !qop || qop.split(/[\s,]+/).some((each) => each.toLowerCase() === 'auth');
		if (hash === undefined || !knowsAuth) continue;
		return {
			...{ realm: parameters.get('realm') ?? '', nonce, opaque: parameters.get('opaque') },
			...{ algorithm, hash, isSession, qop: Boolean(qop) },
			stale: parameters.get('stale')?.toLowerCase() === 'true',
			userhash: parameters.get('userhash')?.toLowerCase() === 'true',
		};
	}
	return undefined;
}

/**
 * A server's nonce and how often it has been used: each use has a number of its own, so that the
 * server can tell a repeated request from a recorded one (RFC 7616 section 3.4.5).
 */
export class DigestNonce {
	readonly challenge: DigestChallenge;
	private readonly login: Login;
	private readonly cnonce: string;
	private uses = 0;

	/** @param cnonce the client's part; random unless told */
	constructor(
		challenge: DigestChallenge,
		login: Login,
		cnonce = randomBytes(16).toString('base64url'),
	) {
		this.challenge = challenge;
		this.login = login;
		this.cnonce = cnonce;
	}

	/** The same challenge with the nonce that the server wants next. */
	next(nonce: string): DigestNonce {
		return new DigestNonce({ ...this.challenge, nonce }, this.login);
	}

	/** The value of the Authorization header for one request (RFC 7616 section 3.4). */
	authorize({ method, url }: Pick<HttpRequest, 'method' | 'url'>): string {
		const { realm, nonce, opaque, algorithm, qop, isSession, userhash } = this.challenge;
		const { user } = this.login;
		const uri = url.pathname + url.search;
		const nc = (++this.uses).toString(16).padStart(8, '0');
		const secret = this.hash(`${this.bytes(user)}:${realm}:${this.bytes(this.login.password)}`);
		const ha1 = isSession ? this.hash(`${secret}:${nonce}:${this.cnonce}`) : secret;
		const ha2 = this.hash(`${method}:${uri}`);
		const response = this.hash(
			qop ? `${ha1}:${nonce}:${nc}:${this.cnonce}:auth:${ha2}` : `${ha1}:${nonce}:${ha2}`,
		);
		const name = userhash ? this.hash(`${this.bytes(user)}:${realm}`) : user;
		const parts = [
			nameParameter(name),
			`realm=${quoted(realm)}`,
			`nonce=${quoted(nonce)}`,
			`uri=${quoted(uri)}`,
			`response="${response}"`,
			...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
			...(qop || isSession ? [`cnonce=${quoted(this.cnonce)}`] : []),
			...(qop ? ['qop=auth', `nc=${nc}`] : []),
			...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
			...(userhash ? ['userhash=true'] : []),
		];
		return `Digest ${parts.join(', ')}`;
	}

	/** Text as UTF-8, one character a byte, as the server's own parts came. */
	private bytes(text: string): string {
		return Buffer.from(text).toString('latin1');
	}

	private hash(text: string): string {
		return createHash(this.challenge.hash).update(text, 'latin1').digest('hex');
	}
}

function quoted(text: string): string {
	return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** A name outside of ASCII has a form of its own (RFC 7616 section 3.4, RFC 8187). */
function nameParameter(name: string): string {
	return /^[\x20-\x7e]*$/.test(name)
		? `username=${quoted(name)}`
		: `username*=UTF-8''${encodeURIComponent(name)}`;
}
