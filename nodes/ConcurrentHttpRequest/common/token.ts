/** The characters of a token, for use within a regular expression (RFC 9110 section 5.6.2). */
export const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";

const WHOLE_TOKEN = new RegExp(`^${TOKEN}$`);

/** Whether a text is a token, as methods and names of headers are. */
export function isToken(text: string): boolean {
	return WHOLE_TOKEN.test(text);
}
