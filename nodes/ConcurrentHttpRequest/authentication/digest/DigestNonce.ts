import { createHash, randomBytes } from 'node:crypto';

import type { HttpRequest } from '../../transport/HttpRequest';
import { percentEncode } from '../OAuth1Authorizer';
import type { DigestChallenge } from './challenges';

/**
 * A server's nonce and how often it has been used. Each use has a number of its own, by which the
 * server recognizes a replayed request (RFC 7616 section 3.4.5).
 */
export class DigestNonce {
	private readonly challenge: DigestChallenge;
	private readonly user: string;
	private readonly password: string;
	private readonly cnonce: string;
	private uses = 0;

	/** @param cnonce the client's part; random unless given */
	constructor(
		challenge: DigestChallenge,
		user: string,
		password: string,
		cnonce = randomBytes(16).toString('base64url'),
	) {
		this.challenge = challenge;
		this.user = user;
		this.password = password;
		this.cnonce = cnonce;
	}

	get value(): string {
		return this.challenge.nonce;
	}

	/** The same challenge with the nonce that the server wants next. */
	next(nonce: string): DigestNonce {
		return new DigestNonce({ ...this.challenge, nonce }, this.user, this.password);
	}

	/** The value of the Authorization header for one request (RFC 7616 section 3.4). */
	authorize({ method, url }: Pick<HttpRequest, 'method' | 'url'>): string {
		const { realm, nonce, opaque, algorithm, qop, isSession, userhash } = this.challenge;
		const { user } = this;
		const uri = url.pathname + url.search;
		const nc = (++this.uses).toString(16).padStart(8, '0');
		const secret = this.hash(`${this.bytes(user)}:${realm}:${this.bytes(this.password)}`);
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

	/** Text as UTF-8, one character a byte, like the server's own parts. */
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

/** A name outside ASCII has a form of its own (RFC 7616 section 3.4, RFC 8187). */
function nameParameter(name: string): string {
	return /^[\x20-\x7e]*$/.test(name)
		? `username=${quoted(name)}`
		: `username*=UTF-8''${percentEncode(name)}`;
}
