import { TOKEN } from '../../common/token';

/** Hash functions by the name that servers give (RFC 7616 sections 3.3 and 6.1). */
const HASHES: Record<string, string> = {
	MD5: 'md5',
	'SHA-256': 'sha256',
	'SHA-512-256': 'sha512-256',
};

/** What a server's Digest challenge says. */
export interface DigestChallenge {
	/** As received, one character a byte. */
	readonly realm: string;
	readonly nonce: string;
	readonly opaque: string | undefined;
	/** As the server writes it, `undefined` where it names none (MD5). */
	readonly algorithm: string | undefined;
	/** Node's name of the hash function. */
	readonly hash: string;
	/** Whether the hash covers nonce and cnonce of the session (`-sess`). */
	readonly isSession: boolean;
	/** Whether the server knows quality of protection; else it counts no uses (RFC 2069). */
	readonly qop: boolean;
	/** The nonce has expired; the password was right. */
	readonly stale: boolean;
	readonly userhash: boolean;
}

/**
 * The first Digest challenge of a WWW-Authenticate header that can be answered: servers list them
 * by preference (RFC 7616 section 3.7). Protection of the body (`auth-int`) is not supported.
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
			realm: parameters.get('realm') ?? '',
			nonce,
			opaque: parameters.get('opaque'),
			algorithm,
			hash,
			isSession,
			qop: Boolean(qop),
			stale: parameters.get('stale')?.toLowerCase() === 'true',
			userhash: parameters.get('userhash')?.toLowerCase() === 'true',
		};
	}
	return undefined;
}

/** One challenge of a WWW-Authenticate header. */
interface Challenge {
	/** Lower case. */
	readonly scheme: string;
	/** By lower-case name. */
	readonly parameters: ReadonlyMap<string, string>;
}

/** `name=token` or `name="quoted"` (RFC 9110 section 11.2). */
const PARAMETER = new RegExp(`^(${TOKEN})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`);

/** A scheme, and the token68 that some have in place of parameters. */
const SCHEME = new RegExp(`^(${TOKEN})(?:[ \\t]+[A-Za-z0-9\\-._~+/]+=*(?=[ \\t]*(?:,|$)))?[ \\t]*`);

/**
 * Reads the challenges of a WWW-Authenticate header (RFC 9110 section 11.6.1). One line may hold
 * several, separated by the same commas as their parameters. Reading ends at the first part that is
 * not a challenge, and keeps those before it.
 */
export function parseChallenges(header: string): Challenge[] {
	const challenges: Challenge[] = [];
	let parameters: Map<string, string> | undefined;
	let rest = header;
	for (;;) {
		rest = rest.replace(/^[ \t,]+/, '');
		const parameter = PARAMETER.exec(rest);
		if (parameter && parameters) {
			const [text, name = '', quoted, token] = parameter;
			const value = quoted?.replace(/\\(.)/g, '$1') ?? token ?? '';
			const lowerCase = name.toLowerCase();
			if (!parameters.has(lowerCase)) parameters.set(lowerCase, value);
			rest = rest.slice(text.length);
			continue;
		}
		const scheme = SCHEME.exec(rest);
		if (!scheme) return challenges;
		const [text, name = ''] = scheme;
		parameters = new Map();
		challenges.push({ scheme: name.toLowerCase(), parameters });
		rest = rest.slice(text.length);
	}
}
