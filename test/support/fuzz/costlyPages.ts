/** Pages as large as Optimize Response reads, of what takes a parser or Readability longest. */
const SIZE = 2 * 1024 * 1024;

function filled(part: string): string {
	return part.repeat(Math.floor(SIZE / part.length));
}

function numbered(part: string, count: number): string {
	return Array.from({ length: count }, (_, index) => part.replace('#', String(index))).join('');
}

function inGroups(part: string): string {
	return filled(`<div>${part.repeat(2400)}</div>`);
}

export const costlyPages: ReadonlyArray<readonly [name: string, page: string]> = [
	['attributes', filled(`<p ${numbered('a# ', 490)}>`)],
	['attributes of one tag', `<p ${numbered('a# ', 200_000)}`],
	[
		'formatting that is repeated',
		`<p>${numbered('<b id=#>', 400)}${filled('<p>x').slice(0, 900_000)}`,
	],
	['open formatting', '<p><b>'.repeat(12_500)],
	['line breaks', inGroups('w<br>').slice(0, 500_000)],
	['phrases', inGroups('w<i>w</i>').slice(0, 800_000)],
	['paragraphs', inGroups('<p>words, words, words and more words.</p>')],
	['blocks', inGroups('<div>words, words, words and more words.</div>')],
	['cells', `<table>${filled('<tr><td>x')}`],
	['text in tables', filled('<table>x')],
	['text', filled('words, ')],
	['character references', filled('&amp;')],
	['comments', filled('<!---->')],
	['broken tags', filled('</p><')],
];
