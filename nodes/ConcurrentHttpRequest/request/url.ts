import { InvalidParameter } from '../parameters/InvalidParameter';

const FIELD = 'URL';

/**
 * Checks the URL of one item. Its fragment is dropped, since it is never sent (RFC 9110
 * section 7.1). As in HTTP Request, a login in it becomes Basic authentication.
 *
 * @param value the parameter's value
 * @param baseUrl of the credential, for a URL that is only a path
 * @returns the absolute URL without its login, its origin, and the login
 * @throws {InvalidParameter} when it is not an absolute http or https URL
 */
export function parseUrl(value: unknown, baseUrl?: string) {
	if (typeof value !== 'string') {
		throw new InvalidParameter(
			FIELD,
			`must be text, but it is ${value === undefined ? 'empty' : typeof value}`,
			'If it is an expression, check that it gives a text for every item.',
		);
	}
	const text = value.trim();
	const url = baseUrl === undefined ? absolute(text) : belowBase(text, baseUrl);
	// Each assignment parses the URL again, even one that changes nothing.
	if (text.includes('#')) url.hash = '';
	const { origin } = url;
	if (url.username === '' && url.password === '') return { url, origin, userInfo: undefined };
	const userInfo = { user: decode(url.username), password: decode(url.password) };
	url.username = '';
	url.password = '';
	return { url, origin, userInfo };
}

function absolute(text: string): URL {
	if (text === '') {
		throw new InvalidParameter(FIELD, 'is empty', 'Enter the address to send the request to.');
	}
	if (!/^https?:\/\//i.test(text)) {
		throw new InvalidParameter(
			FIELD,
			'must start with "http://" or "https://"',
			'Enter the whole address, for example https://api.example.com/users.',
		);
	}
	return toUrl(text, FIELD);
}

/** The credential's secret belongs to the API at its base URL, so an absolute URL must stay there. */
function belowBase(text: string, baseUrl: string): URL {
	const base = toUrl(baseUrl.trim(), 'Base URL');
	if (!/^[a-z][a-z0-9+.-]*:/i.test(text) && !text.startsWith('//')) {
		const path = base.href.replace(/[?#].*$/, '').replace(/\/+$/, '');
		return toUrl(text === '' ? path : `${path}/${text.replace(/^\/+/, '')}`, FIELD);
	}
	const url = absolute(text);
	if (url.origin !== base.origin) {
		throw new InvalidParameter(
			FIELD,
			`leads to ${url.origin}, but the credential is for ${base.origin}`,
			'Enter a path below the credential’s base URL, or choose another credential.',
		);
	}
	return url;
}

/** @throws {InvalidParameter} naming the field, when the text is not an http or https URL */
export function toUrl(text: string, field: string): URL {
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		throw new InvalidParameter(
			field,
			'is not a valid URL',
			'Check it for spaces, a missing host name or a wrong port.',
		);
	}
	if (url.protocol !== 'http:' && url.protocol !== 'https:') {
		throw new InvalidParameter(field, 'must be an http or https address');
	}
	return url;
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
