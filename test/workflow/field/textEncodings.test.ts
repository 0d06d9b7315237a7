/** Texts in the encodings that their servers mean, by their bytes. */
import type { INodeParameters } from 'n8n-workflow';
import { RawServer } from '../../support/RawServer.ts';
import { jsonOf, sendItems } from '../../support/workflow/sendItems.ts';

let server: RawServer;

afterEach(async () => await server.close());

/** @param body each character is a byte */
async function read(type: string, body: string, responseFormat?: string): Promise<unknown> {
	const head = `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`;
	server = await RawServer.start(({ socket }) => socket.write(head + body, 'latin1'));
	const response: INodeParameters = responseFormat ? { responseFormat } : {};
	const { items, error } = await sendItems({
		...{ url: server.origin, options: { response: { response } } },
	});
	expect(error).toBeUndefined();
	return jsonOf(items)[0];
}

const HTML = (head: string, text: string) => `<!doctype html><html><head>${head}</head>${text}`;

/** "Привет" in windows-1251, "日本" in Shift_JIS and EUC-JP, "中文" in GBK. */
const PRIVET = '\xcf\xf0\xe8\xe2\xe5\xf2';
const NIHON_SJIS = '\x93\xfa\x96\x7b';
const NIHON_EUC = '\xc6\xfc\xcb\xdc';
const ZHONGWEN = '\xd6\xd0\xce\xc4';

// HTML Standard section 13.2.3.2. Public reports: "HTTP Request returns garbled text for windows-1251
// pages", "Shift_JIS page mojibake": the pages of many old sites name their charset only in a <meta>.
describe('HTML without a charset in the header', () => {
	it.each([
		['<meta charset>', '<meta charset="windows-1251">', PRIVET, 'Привет'],
		['without quotes', '<META CHARSET=windows-1251>', PRIVET, 'Привет'],
		[
			'http-equiv',
			'<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">',
			...(['\x93\xfa\x96\x7b', '日本'] as const),
		],
		[
			'http-equiv, its content first',
			"<meta content='text/html;charset=euc-jp' http-equiv=content-type />",
			...([NIHON_EUC, '日本'] as const),
		],
		['after a comment', '<!-- <meta charset=utf-8> --><meta charset=gb2312>', ZHONGWEN, '中文'],
		['one character', '<meta charset=iso-8859-1>', '\x80', '€'],
		['no label, then one', '<meta charset=klingon><meta charset=windows-1251>', PRIVET, 'Привет'],
		// Who reads a <meta> of ASCII letters does not read UTF-16.
		['UTF-16, which it cannot be', '<meta charset=utf-16le>', 'Gr\xc3\xbc\xc3\x9fe', 'Grüße'],
		['ISO-2022-JP, all of ASCII bytes', '<meta charset=iso-2022-jp>', '\x1b$BF|K\\\x1b(B', '日本'],
	])('is read by its <meta>: %s', async (_what, meta, bytes, text) => {
		expect(await read('text/html', HTML(meta, bytes))).toEqual({ data: HTML(meta, text) });
	});

	it('is read by no <meta> after its first 1024 bytes', async () => {
		const late = `${' '.repeat(1024)}<meta charset=windows-1251>`;
		// Valid UTF-8 stays it.
		expect(await read('text/html', HTML(late, '\xd0\x9f'))).toEqual({ data: HTML(late, 'П') });
	});

	it.each([
		['UTF-8', '\xef\xbb\xbf', '\xd0\x9f'],
		['UTF-16LE', '\xff\xfe', '\x1f\x04'],
		['UTF-16BE', '\xfe\xff', '\x04\x1f'],
	])('is read by its byte order mark before all else: %s', async (_what, mark, bytes) => {
		expect(await read('text/html; charset=windows-1252', mark + bytes)).toEqual({ data: 'П' });
	});

	it('is read by the header before its <meta>', async () => {
		const page = HTML('<meta charset=shift_jis>', PRIVET);
		expect(await read('text/html; charset=windows-1251', page)).toEqual({
			data: HTML('<meta charset=shift_jis>', 'Привет'),
		});
	});

	it('is read by its <meta> where the header names no charset that exists', async () => {
		const page = HTML('<meta charset=windows-1251>', PRIVET);
		expect(await read('text/html; charset=none', page)).toEqual({
			data: HTML('<meta charset=windows-1251>', 'Привет'),
		});
	});
});

// XML 1.0, appendix F.1; RFC 7303 section 3.
describe('XML without a charset in the header', () => {
	const declared = (encoding: string) => `<?xml version="1.0" encoding=${encoding}?>`;

	it.each([
		['application/xml', declared('"windows-1251"'), PRIVET, 'Привет'],
		['text/xml', declared("'Shift_JIS'"), NIHON_SJIS, '日本'],
		['application/rss+xml', declared('"ISO-8859-1"'), 'Caf\xe9', 'Café'],
		['application/atom+xml; type=feed', declared('"iso-8859-2"'), '\xb3', 'ł'],
		['image/svg+xml', declared('"koi8-r"'), '\xf0', 'П'],
		['application/xml', declared('"utf-8"'), 'Caf\xc3\xa9', 'Café'],
	])('is read by its declaration: %s', async (type, declaration, bytes, text) => {
		const format = 'text';
		const document = (content: string) => `${declaration}<a>${content}</a>`;
		expect(await read(type, document(bytes), format)).toEqual({ data: document(text) });
	});

	it.each([
		['UTF-16LE', (character: string) => `${character}\0`],
		['UTF-16BE', (character: string) => `\0${character}`],
	])('is read as %s where its first bytes are', async (_what, wide) => {
		const document = '<?xml version="1.0"?><a/>';
		const bytes = Array.from(document, wide).join('');
		expect(await read('application/xml', bytes)).toEqual({ data: document });
	});
});

// RFC 8259 section 8.1: "JSON text exchanged between systems [...] MUST be encoded using UTF-8", and
// section 11: "no charset parameter is defined". Some frameworks add their default one all the same.
describe('JSON', () => {
	it.each([
		['UTF-8 that says ISO-8859-1', 'application/json; charset=ISO-8859-1', '\xc3\xa9', 'é'],
		['UTF-8 that says windows-1251', 'application/json;charset=windows-1251', '\xc3\xa9', 'é'],
		['ISO-8859-1 that says so', 'application/json; charset=ISO-8859-1', '\xe9 \x80', 'é €'],
		['Shift_JIS that says so', 'application/json; charset=Shift_JIS', NIHON_SJIS, '日本'],
		[
			'ISO-2022-JP that says so',
			'application/json; charset=iso-2022-jp',
			'\x1b$BF|K\\\x1b(B',
			'日本',
		],
	])('is read: %s', async (_what, type, bytes, text) => {
		expect(await read(type, `{"name":"${bytes}"}`)).toEqual({ name: text });
	});

	it('is read as UTF-16 where it says so and is', async () => {
		const bytes = Buffer.from('{"name":"x"}', 'utf16le').toString('latin1');
		expect(await read('application/json; charset=utf-16le', bytes)).toEqual({ name: 'x' });
	});

	it('of a type of its own is UTF-8 with Format Text, too', async () => {
		const text = await read('application/problem+json; charset=latin1', '"\xc3\xa9"', 'text');
		expect(text).toEqual({ data: '"é"' });
	});
});

// WHATWG Encoding Standard, section 4.2: the labels, and which encoding each means.
describe('a charset of the header means what it means on the web', () => {
	it.each([
		['iso-8859-1', '\x80\x99', '€™'],
		['latin1', '\x93x\x94', '“x”'],
		['us-ascii', '\x80', '€'],
		['windows-1252', '\x81', '\u0081'],
		['iso-8859-9', '\xfe', 'ş'],
		['iso8859-15', '\xa4', '€'],
		['tis-620', '\xa1', 'ก'],
		['x-sjis', '\x87\x40', '①'],
		['shift_jis', '\x81\x60', '～'],
		// UHC, which EUC-KR means on the web.
		['euc-kr', '\x81\x41', '갂'],
		['ks_c_5601-1987', '\xb0\xa1', '가'],
		['gb2312', '\x81\x40', '丂'],
		['gbk', '\x80', '€'],
		// Big5 with the characters of Hong Kong.
		['big5', '\x87\x40', '䏰'],
		['iso-2022-jp', '\x1b$BF|K\\\x1b(B', '日本'],
		['utf-16', 'a\0', 'a'],
		['unicode-1-1-utf-8', '\xc3\xa9', 'é'],
		// Not of the web, but known to n8n.
		['cp850', '\x82', 'é'],
	])('%s', async (label, bytes, text) => {
		expect(await read(`text/plain; charset=${label}`, bytes)).toEqual({ data: text });
	});
});
