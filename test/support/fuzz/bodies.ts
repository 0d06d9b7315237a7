import zlib from 'node:zlib';
import fc from 'fast-check';
import { readErrorBody } from '../../../nodes/ConcurrentHttpRequest/errors/serverMessage.ts';
import { isWebPage, wordsOfPage } from '../../../nodes/ConcurrentHttpRequest/errors/webPage.ts';
import { decodeText } from '../../../nodes/ConcurrentHttpRequest/response/decodeText.ts';
import { optimizeHtml } from '../../../nodes/ConcurrentHttpRequest/response/optimize/optimizeHtml.ts';
import { optimizeJson } from '../../../nodes/ConcurrentHttpRequest/response/optimize/optimizeJson.ts';
import { optimizeText } from '../../../nodes/ConcurrentHttpRequest/response/optimize/optimizeText.ts';
import { parseJsonBody } from '../../../nodes/ConcurrentHttpRequest/response/readContent.ts';
import { UnreadableResponse } from '../../../nodes/ConcurrentHttpRequest/response/UnreadableResponse.ts';
import { Redactor } from '../../../nodes/ConcurrentHttpRequest/secrets/Redactor.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { textHelpers } from '../../unit/response/textHelpers.ts';
import { responseWith } from '../../unit/transport/requestTo.ts';
import { decompressed } from '../../unit/transport/decompressed.ts';
import { type AnyParser, headerOf, type Parser, textOf, toAny } from './Parser.ts';

const JSON_WORDS = [
	...['{', '}', '[', ']', ':', ',', '"', '\\', '\\u0041', '\\ud800', 'null', 'true', '1e999', '-0'],
	...['"a"', '"message"', '"__proto__"', '"errors"', ' ', '\n', '\ufeff', '0.1', '"toString"'],
];

const HTML_WORDS = [
	...[
		'<!doctype html>',
		'<html>',
		'<head>',
		'<title>',
		'</title>',
		'<body>',
		'<p>',
		'</p>',
		'<div>',
	],
	...[
		'</div>',
		'<a href="',
		'">',
		'<!--',
		'-->',
		'<script>',
		'</script>',
		'<style>',
		'<table>',
		'<tr>',
	],
	...[
		'<td>',
		'<svg>',
		'<math>',
		'<template>',
		'<select>',
		'<option>',
		'<b>',
		'<i>',
		'</b>',
		'&amp;',
	],
	...[
		'&#x41;',
		'&#99999999;',
		'&',
		'<',
		'>',
		'<![CDATA[',
		']]>',
		'<noscript>',
		'<frameset>',
		'words ',
	],
	...['<p class="', ' a=', ' b', "'", '<plaintext>', '<li>', '<article>', '\0'],
];

const options = {
	format: 'json',
	fullResponse: false,
	neverError: false,
	outputPropertyName: 'data',
} as const;

const json: Parser = {
	name: 'JSON',
	inputs: textOf(JSON_WORDS),
	parse: (text) => void parseJsonBody(text, options, new URL('http://a.test/')),
	declared: [UnreadableResponse],
	units: ['[', '{"a":', '"', '1,', '\\u0041', ' '],
	grow: (text) => text,
};

const secret = 'pass&word';

/** Bodies of errors: the server's message, with a secret that it sends back. */
const errors: Parser<{ body: string; type: string }> = {
	name: 'messages of error responses',
	inputs: fc.record({
		body: textOf([
			...JSON_WORDS,
			...HTML_WORDS,
			secret,
			'pass%26word',
			'pass\\u0026word',
			'cGFzcyZ3b3Jk',
		]),
		type: fc.constantFrom('', 'text/plain', 'application/json', 'text/html'),
	}),
	parse: ({ body, type }) => {
		const redactor = new Redactor([secret]);
		const read = readErrorBody(responseWith(500, body, type), redactor);
		const shown = JSON.stringify([
			read.message,
			redactor.within(read.body).value,
			redactor.text(body),
		]);
		if (shown.includes(secret)) return `shows the secret: ${shown}`;
		if ((read.message?.length ?? 0) > 301) return 'the message is too long';
		return undefined;
	},
	declared: [],
	units: ['<!--', '<title', '<script>', '</script>', ' ', '&', '%', '\\u00', 'a', '[', '"', secret],
	grow: (text) => ({ body: text, type: 'text/plain' }),
};

const pages: Parser = {
	name: 'web pages in place of data',
	inputs: textOf(HTML_WORDS, 30),
	parse: (page) => {
		isWebPage(page);
		wordsOfPage(page);
	},
	declared: [],
	units: ['<!--', '<title', '<script>', '</script>', ' ', '&', '<', '>', '<head '],
	grow: (page) => page,
};

const html: Parser<{ page: string; omitted: string[] | undefined }> = {
	name: 'HTML for an agent',
	inputs: fc.record({
		page: textOf(HTML_WORDS, 25),
		omitted: fc.constantFrom(undefined, [], ['p', 'script']),
	}),
	parse: ({ page, omitted }) => void optimizeHtml(page, 'body', omitted),
	declared: [UnreadableResponse],
};

const article: Parser = {
	name: 'article of a page for an agent',
	inputs: textOf(HTML_WORDS, 25),
	parse: (page) => void optimizeText(page),
	declared: [UnreadableResponse],
};

const picked: Parser<{ text: string; field: string }> = {
	name: 'JSON for an agent',
	inputs: fc.record({
		text: textOf(JSON_WORDS),
		field: fc.constantFrom('', 'a', 'a.b', '__proto__', 'constructor'),
	}),
	parse: ({ text, field }) => {
		const content = { kind: 'text', text } as const;
		for (const include of ['all', 'selected', 'except'] as const) {
			optimizeJson(content, { dataField: field, include, fields: ['a', field] });
		}
		if ('polluted' in {}) return 'Object.prototype has changed';
		return undefined;
	},
	declared: [UnreadableResponse],
};

const CHARSETS = [
	...[
		'utf-8',
		'iso-8859-1',
		'windows-1252',
		'utf-16',
		'utf-16le',
		'gb18030',
		'shift_jis',
		'iso-2022-jp',
	],
	...['utf-7', 'cp850', 'x-user-defined', 'replacement', 'none', 'us-ascii'],
];

const charsets: Parser<{ type: string; body: Uint8Array }> = {
	name: 'charsets',
	inputs: fc.record({
		type: headerOf([
			...['text/html', 'application/json', 'text/xml', 'text/plain', ';', ' ', 'charset', '=', '"'],
			...CHARSETS,
		]),
		body: fc.oneof(
			fc.uint8Array({ maxLength: 60, size: 'max' }),
			textOf(['<meta charset="', '">', '<?xml encoding="', '"?>', ...CHARSETS]).map((text) =>
				Buffer.from(text),
			),
		),
	}),
	parse: async ({ type, body }) => {
		const buffer = Buffer.from(body);
		const text = await decodeText({ body: buffer, pieces: [buffer] }, type, textHelpers);
		if (typeof text !== 'string') return 'no text';
		return undefined;
	},
	declared: [],
	units: ['\u00e4', 'a', '\x1b$B', '\0', '<meta charset=', '\u20ac'],
	grow: (text) => ({ type: 'text/html', body: Buffer.from(text, 'latin1') }),
};

const codings = fc
	.array(fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'identity', 'compress', ' ', ''), {
		maxLength: 7,
	})
	.map((list) => list.join(','));

/** What compresses well, whole or cut off or with a byte changed; and any bytes. */
const compressed = fc
	.record({
		text: fc.string({ maxLength: 40, size: 'max' }),
		how: fc.constantFrom<(text: Buffer) => Buffer>(
			zlib.gzipSync,
			zlib.deflateSync,
			zlib.brotliCompressSync,
			zlib.zstdCompressSync,
		),
		cut: fc.nat({ max: 60 }),
		changed: fc.option(fc.nat({ max: 60 })),
	})
	.map(({ text, how, cut, changed }) => {
		const bytes = how(Buffer.from(text.repeat(3))).subarray(0, cut + 10);
		if (changed !== null && changed < bytes.length) bytes[changed]! ^= 0x55;
		return bytes;
	});

const contentCodings: Parser<{ coding: string; body: Uint8Array; isFramed: boolean }> = {
	name: 'Content-Encoding',
	inputs: fc.record({
		coding: codings,
		body: fc.oneof(compressed, fc.uint8Array({ maxLength: 60, size: 'max' })),
		isFramed: fc.boolean(),
	}),
	parse: async ({ coding, body, isFramed }) => {
		const most = 1000;
		const result = await decompressed(Buffer.from(body), coding, { isFramed, most });
		if (result.body.length > most + body.length) return `${result.body.length} bytes`;
		return undefined;
	},
	declared: [TransportFailure],
};

/** Those of bodies. */
export const bodyParsers: readonly AnyParser[] = [
	toAny(json),
	toAny(errors),
	toAny(pages),
	toAny(html),
	toAny(article),
	toAny(picked),
	toAny(charsets),
	toAny(contentCodings),
];
