/**
 * A text as one word of a POSIX shell. To zsh, a bare word that begins with = is the path of a command. Bytes beyond ASCII in a header, which are sent as latin-1, need
 * the quotes of bash and zsh.
 *
 * @param asLatin1 whether each character is one byte
 */
export function shellWord(text: string, asLatin1 = false): string {
	if (asLatin1 && /[\x80-\xff]/.test(text)) return ansiQuoted(text);
	return /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function ansiQuoted(text: string): string {
	const escaped = text.replace(
		/['\\]|[^\x20-\x7e]/g,
		(character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
	);
	return `$'${escaped}'`;
}
