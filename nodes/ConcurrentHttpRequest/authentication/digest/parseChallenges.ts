import { TOKEN } from '../../common/token';

/** One challenge of a WWW-Authenticate header. */
export interface Challenge {
	/** Lower case. */
	readonly scheme: string;
	/** By lower-case name. */
	readonly parameters: ReadonlyMap<string, string>;
}

/** `name=token` or `name="quoted"` (RFC 9110 section 11.2). */
const PARAMETER = new RegExp(`^(${TOKEN})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`);

/** A scheme, and what some put behind it in place of parameters. */
const SCHEME = new RegExp(`^(${TOKEN})(?:[ \\t]+[A-Za-z0-9\\-._~+/]+=*(?=[ \\t]*(?:,|$)))?[ \\t]*`);

/**
 * Reads the challenges of a WWW-Authenticate header (RFC 9110 section 11.6.1), of which several
 * may stand in one line, separated by the same commas as their parameters. Reading ends at what
 * is no challenge; those before it are kept.
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
