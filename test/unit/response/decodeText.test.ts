import fc from 'fast-check';
import { encode } from 'iconv-lite';

import { decodeText } from '../../../nodes/ConcurrentHttpRequest/response/decodeText.ts';
import { textHelpers } from './textHelpers.ts';

const decode = (body: Buffer, contentType = 'text/plain') =>
	decodeText({ body }, contentType, textHelpers);

const unnamed = fc.constantFrom(
	...['', 'text/plain', 'text/plain; charset=utf-8', 'text/plain;charset="UTF8"'],
	...['application/json; charset=', 'text/plain; charset=no-such-charset'],
);

it('never changes valid UTF-8, unless the header names another character set', async () => {
	const texts = fc.oneof(
		fc.string({ unit: 'grapheme' }),
		fc.string({ unit: fc.constantFrom('\ufffd', '\u0000', 'é', '锟', 'a', '\u2028', '😀') }),
	);
	await fc.assert(
		fc.asyncProperty(texts, unnamed, async (text, contentType) => {
			fc.pre(!text.startsWith('\ufeff'));
			expect(await decode(Buffer.from(text), contentType)).toBe(text);
		}),
		{ numRuns: 500 },
	);
});

it('does not depend on where a body is cut into pieces', async () => {
	const textOf = (unit: 'grapheme' | 'grapheme-ascii' | fc.Arbitrary<string>) =>
		fc.string({ unit, maxLength: 40, size: 'max' });
	const bodies = fc.oneof(
		textOf('grapheme-ascii').map((text) => Buffer.from(text)),
		textOf('grapheme').map((text) => Buffer.from(text)),
		textOf(fc.constantFrom('ä', 'a', '\ufeff')).map((text) => encode(text, 'latin1')),
	);
	const cuts = fc.array(fc.nat({ max: 40 }), { maxLength: 5 });
	await fc.assert(
		fc.asyncProperty(bodies, cuts, unnamed, async (body, places, contentType) => {
			const ends = [...places.filter((place) => place < body.length), body.length];
			const pieces = ends
				.toSorted((a, b) => a - b)
				.map((end, index, sorted) => body.subarray(sorted[index - 1] ?? 0, end));
			const whole = await decode(body, contentType);
			expect(await decodeText({ body, pieces }, contentType, textHelpers)).toBe(whole);
		}),
		{ numRuns: 500 },
	);
});

it('does not join the pieces of a body that is all ASCII', async () => {
	const response = {
		get body(): Buffer {
			throw new Error('joined');
		},
		pieces: [Buffer.from('{"a":'), Buffer.from('1}')],
	};
	expect(await decodeText(response, 'application/json', textHelpers)).toBe('{"a":1}');
});

it.each(['\ufffd\ufffd', 'a broken \ufffd\ufffd name', '{"name":"M\ufffd\ufffdller"}'])(
	'keeps replacement characters that the server itself sends: %j',
	async (text) => {
		expect(await decode(Buffer.from(text))).toBe(text);
	},
);

it('decodes UTF-8 as such even if the header says ASCII', async () => {
	const body = Buffer.from('Zoë');
	expect(await decode(body, 'text/plain; charset=us-ascii')).toBe('Zoë');
	expect(await decode(body, 'text/plain; charset=latin1')).toBe('ZoÃ«');
});

it('always returns text, whatever the bytes and the header', async () => {
	const headers = fc.oneof(
		unnamed,
		fc.string().map((name) => `text/plain; charset=${name}`),
	);
	await fc.assert(
		fc.asyncProperty(
			fc.uint8Array({ maxLength: 60, size: 'max' }),
			headers,
			async (bytes, contentType) => {
				expect(typeof (await decode(Buffer.from(bytes), contentType))).toBe('string');
			},
		),
	);
});

describe('the character set of the header', () => {
	it.each([
		['iso-8859-1', 'Grüße'],
		['ISO-8859-15', '5 €'],
		['windows-1251', 'Привет'],
		['shift_jis', '日本語テキスト'],
		['EUC-KR', '한국어'],
		['gbk', '中文'],
		['utf-16le', 'Grüße 😀'],
		['utf-16be', 'Grüße 😀'],
		['UTF-8', 'Grüße 😀'],
	])('counts: %s', async (charset, text) => {
		for (const contentType of [
			`text/html; charset=${charset}`,
			`text/html;charset="${charset.toUpperCase()}"; x=y`,
			`text/html; Charset = '${charset}'`,
		]) {
			expect(await decode(encode(text, charset), contentType)).toBe(text);
		}
	});

	it('counts even if the bytes are valid UTF-8', async () => {
		expect(await decode(Buffer.from('é'), 'text/plain; charset=latin1')).toBe('Ã©');
	});

	it.each(['no-such-charset', '', '"'])('is ignored if it does not exist: %j', async (name) => {
		expect(await decode(Buffer.from('Grüße'), `text/plain; charset=${name}`)).toBe('Grüße');
	});
});

describe('a text in UTF-8, as its header says, with a few broken characters', () => {
	it.each(['Grüße aus Köln, schöne Straße. ', '中文文本很长。', '😀 Über ', 'naïve café '])(
		'stays readable: %s',
		async (unit) => {
			const text = unit.repeat(20);
			const [broken, contentType] = [Buffer.from([0xc3]), 'text/plain; charset=utf-8'];
			const inTheMiddle = Buffer.concat([Buffer.from(text), broken, Buffer.from(` ${text}`)]);
			const atTheEnd = Buffer.concat([Buffer.from(text), broken]);
			expect(await decode(inTheMiddle, contentType)).toBe(`${text}\ufffd ${text}`);
			expect(await decode(atTheEnd, contentType)).toBe(`${text}\ufffd`);
		},
	);
});

describe('a text without a charset', () => {
	const german = 'Schöne Grüße aus Köln, wo es über Nacht kälter wird. Größe: fünf Fuß.';

	it.each([
		['iso-8859-1', german],
		['windows-1251', 'Привет, как дела? Это обычный русский текст для проверки.'],
		['shift_jis', '日本語のテキストを正しく読めるかどうかを確認します。'],
		['gb18030', '这是一个用于测试的中文文本，应当能够被正确识别。'],
	])('is detected: %s', async (charset, text) => {
		expect(await decode(encode(text, charset))).toBe(text);
		// A header that says UTF-8 where it is not makes nothing unreadable.
		expect(await decode(encode(text, charset), 'text/plain; charset=utf-8')).toBe(text);
	});

	it.each([
		['iso-8859-1', german],
		['windows-1251', 'Привет, как дела? Это обычный русский текст для проверки.'],
		['shift_jis', '日本語のテキストを正しく読めるかどうかを確認します。'],
		['gb18030', '这是一个用于测试的中文文本，应当能够被正确识别。'],
	])('is detected by 64 KiB of a large text that begins in ASCII: %s', async (charset, part) => {
		let looked = 0;
		const helpers = {
			...textHelpers,
			detectBinaryEncoding(body: Buffer) {
				looked += body.length;
				return textHelpers.detectBinaryEncoding(body);
			},
		};
		const text = `${'plain text, '.repeat(20_001)}${part.repeat(10_000)}`;
		expect(await decodeText({ body: encode(text, charset) }, '', helpers)).toBe(text);
		expect(looked).toBe(64 * 1024);
	});

	it('is UTF-8 if nothing fits', async () => {
		const helpers = {
			...textHelpers,
			detectBinaryEncoding: () => {
				throw new Error('no idea');
			},
		};
		const body = Buffer.from([0x61, 0xff, 0xff]);
		expect(await decodeText({ body }, '', helpers)).toBe('a\ufffd\ufffd');
	});
});

describe('a byte order mark', () => {
	it.each(['', 'text/plain; charset=utf-8', 'text/plain; charset=unknown'])(
		'is no part of the text (%j)',
		async (contentType) => {
			expect(await decode(Buffer.from('\ufeff{"a":1}'), contentType)).toBe('{"a":1}');
		},
	);

	it('is not part of UTF-16 text', async () => {
		const body = encode('Grüße', 'utf-16le', { addBOM: true });
		expect(await decode(body, 'text/plain; charset=utf-16le')).toBe('Grüße');
		expect(await decode(body, 'text/plain; charset=utf-16')).toBe('Grüße');
	});

	it('is removed once, at the start', async () => {
		expect(await decode(Buffer.from('\ufeff\ufeffa\ufeff'))).toBe('\ufeffa\ufeff');
	});
});

it('decodes an empty body as empty text', async () => {
	expect(await decode(Buffer.alloc(0))).toBe('');
	expect(await decode(Buffer.alloc(0), 'text/plain; charset=utf-16')).toBe('');
});
