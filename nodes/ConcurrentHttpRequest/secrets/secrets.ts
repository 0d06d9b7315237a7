/** Characters. Hiding anything shorter would blacken whole messages and protect nothing. */
const SHORTEST_SECRET = 3;

/** Names of headers and parameters whose values are secrets, whoever wrote them. */
const SECRET_NAME =
	/auth(?!or(?!i[sz]))|token|key(?!word)|secret|passw|passphrase|^pass$|pwd|cookie|session|signature|hmac|credential|jwt|bearer|assertion|csrf|xsrf|otp$|(verification|security|access)[-_]?code$|^appid$|^s?sig$|^sid$/i;

/**
 * `code` names an authorization code and a key of Azure, but also a country or a status. The value
 * is never shown behind its name, and a long one is a secret wherever it stands.
 */
const CODE_NAME = /^code$/i;
const SHORTEST_CODE = 16;

/** Names that match but hold no secret. */
const PUBLIC_NAME = /^(idempotency-key|signature_?method|signature_?version)$/i;

/** A well-known name, such as `X-API-Key`; a secret that contains one has more than that. */
const PLAIN_NAME = /^[a-z_-]+$/i;

/** The leaf texts within a value that must not appear in an error. */
export function secretsIn(value: unknown): string[] {
	return [...new Set(leafTexts(value))].filter(isLongEnough);
}

/** The same for headers; each value of a cookie is also a text of its own. */
export function secretsInHeaders(headers: Readonly<Record<string, unknown>>): string[] {
	return secretsIn(
		Object.entries(headers).map(([name, value]) => [
			value,
			name.toLowerCase() === 'cookie' ? leafTexts(value).flatMap(cookieValues) : undefined,
		]),
	);
}

/**
 * The names that are secrets: the two fields of a credential are easily swapped, and then the value is
 * a well-known name.
 */
export function swappedNames(fields: Readonly<Record<string, unknown>> = {}): string[] {
	const isWellKnown = (text: unknown) =>
		typeof text === 'string' && PLAIN_NAME.test(text.trim()) && isSecretName(text);
	return Object.entries(fields)
		.filter(([name, value]) => isWellKnown(value) && !isWellKnown(name))
		.map(([name]) => name);
}

/** The values within a value, on any level, whose names look secret. */
export function valuesWithSecretNames(value: unknown): unknown[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
		isSecretName(name) ? [inner] : valuesWithSecretNames(inner),
	);
}

/**
 * All texts that must not appear in an error about a request: those that its credential holds, and
 * those that somebody typed into headers or query parameters whose names look secret.
 */
export function secretsOfRequest(request: {
	readonly secrets: readonly string[];
	readonly headers: Readonly<Record<string, unknown>>;
	readonly url: URL;
}): string[] {
	const { secrets, headers, url } = request;
	const names = Object.keys(headers).filter(isSecretName);
	// Most requests have neither, and looking closer takes longer than all else.
	if (names.length === 0 && url.search === '') return [...secrets];
	const parameters: string[] = [];
	for (const [name, value] of url.searchParams) {
		const isCode = CODE_NAME.test(name) && value.length >= SHORTEST_CODE;
		if (isCode || isSecretName(name)) parameters.push(value);
	}
	if (names.length === 0 && parameters.length === 0) return [...secrets];
	const named = Object.fromEntries(names.map((name) => [name, headers[name]]));
	return [...secrets, ...secretsInHeaders(named), ...secretsIn(parameters)];
}

/** RFC 3986 section 3.3: `/users;jsessionid=abc`. */
const PATH_PARAMETER = /;([^;/=]+)=([^;/]*)/g;

const QUERY_PARAMETER = /([^&=]+)=([^&]*)/g;

/** A pair in a URL, a form or JSON. */
const INNER_PAIR = /([\w$.[\]-]+)(?:=|["']\s*:)/g;

/** Levels of percent-encoding in which a value is searched for pairs: a URL within a URL. */
const ENCODED_LEVELS = 3;

/**
 * Where the values of those parameters stand in a URL that must not be shown: their names look
 * secret, or they hold pairs with such names.
 *
 * @param url without a fragment
 */
export function secretValuesOfUrl(url: string): Array<[start: number, end: number]> {
	if (!/[;?]/.test(url)) return [];
	const [path = ''] = url.split('?', 1);
	return [
		...hiddenValues(path, 0, PATH_PARAMETER),
		...hiddenValues(url.slice(path.length + 1), path.length + 1, QUERY_PARAMETER),
	];
}

function hiddenValues(text: string, from: number, parameter: RegExp): Array<[number, number]> {
	const hidden: Array<[number, number]> = [];
	for (const { 0: pair, 1: name = '', 2: value = '', index } of text.matchAll(parameter)) {
		if (value === '' || !(hidesValue(name) || holdsSecret(value))) continue;
		const end = from + index + pair.length;
		hidden.push([end - value.length, end]);
	}
	return hidden;
}

function hidesValue(name: string): boolean {
	const decoded = percentDecoded(name);
	return isSecretName(decoded) || CODE_NAME.test(decoded);
}

function holdsSecret(value: string): boolean {
	let text = value;
	for (let level = 0; level < ENCODED_LEVELS && /[=:%]/.test(text); level++) {
		text = percentDecoded(text);
		if ([...text.matchAll(INNER_PAIR)].some(([, name = '']) => hidesValue(name))) return true;
	}
	return false;
}

/** A secret, and those of its parts that are secrets by themselves. */
export function withParts(secret: string): string[] {
	const parts = [secret.trim(), ...partsBehindScheme(secret)];
	return [...new Set([secret, ...parts, ...parts.flatMap(decodedLogin)])].filter(isLongEnough);
}

/** Whether a value under this name is a secret, whoever wrote it. */
export function isSecretName(name: string): boolean {
	return SECRET_NAME.test(name) && !PUBLIC_NAME.test(name);
}

function isLongEnough(text: string): boolean {
	return text.length >= SHORTEST_SECRET;
}

function leafTexts(value: unknown): string[] {
	if (typeof value === 'number') return [String(value)];
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(leafTexts);
}

/** RFC 6265 section 4.2.1. */
function cookieValues(cookie: string): string[] {
	return cookie.split(';').map((pair) => unquoted(pair.slice(pair.indexOf('=') + 1)));
}

/**
 * Of `Token abc` also `abc`, whatever the scheme (RFC 9110 section 11.4): a server may repeat that
 * alone. Of a list of parameters, the values of those that are secrets by their names.
 */
function partsBehindScheme(text: string): string[] {
	const [, rest] = /^\s*[\w!#$%&'*+.^`|~-]+\s+(\S.*)$/s.exec(text) ?? [];
	if (rest === undefined) return [];
	const token = rest.trim();
	// `Bearer Bearer abc`: somebody pasted the scheme into a field that adds it.
	if (/^\w+\s+\S+$/.test(token)) return [token, ...partsBehindScheme(token)];
	const parameters = token.split(/[,;]\s*|\s+/).flatMap((parameter) => {
		const [, name = '', value = ''] = /^([\w-]+)\s*=\s*(.+)$/s.exec(parameter) ?? [];
		const isSecret = isSecretName(name.replace(/^oauth_/, '')) || name === 'response';
		return isSecret ? [unquoted(value), percentDecoded(unquoted(value))] : [];
	});
	return /[\s,]/.test(token) ? parameters : [token, ...parameters];
}

function unquoted(text: string): string {
	return text.trim().replace(/^"(.*)"$/s, '$1');
}

function percentDecoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/**
 * The login that is written in base64 (RFC 7617 section 2), and its password; its user where there is
 * no password, since some APIs take a key for that. An `id:signature` is not encoded.
 */
function decodedLogin(text: string): string[] {
	const isBase64 = /^[A-Za-z0-9+/_-]{4,}={0,2}$/.test(text);
	const decoded = isBase64 ? Buffer.from(text, 'base64').toString('utf8') : text;
	const [, user = '', password = ''] =
		/^([^:\p{Cc}\ufffd]*):([^\p{Cc}\ufffd]*)$/u.exec(decoded) ?? [];
	if (user === '' && password === '') return [];
	return [decoded, password === '' ? user : password];
}
