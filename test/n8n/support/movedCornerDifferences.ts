import type { IBinaryKeyData, INodeParameters } from 'n8n-workflow';
import { jsonBody, pairs, redirect, response } from './movedParts.ts';
import type { Difference, MovedWorkflow } from './movedWorkflow.ts';

const post = (more: INodeParameters): INodeParameters => ({
	...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, ...more },
});

const get = (more: INodeParameters): INodeParameters => ({ url: 'ORIGIN/mirror', ...more });

const bytes = (hex: string, more = '') => `ORIGIN/bytes?hex=${hex}${more}`;

const differing = (
	listed: string,
	because: string,
	...uses: Array<[name: string, parameters: INodeParameters, more?: Partial<MovedWorkflow>]>
): MovedWorkflow[] => {
	const differs: Difference = { listed, because: `HTTP Request ${because}` };
	return uses.map(([name, parameters, more]) => ({ ...{ name, parameters, differs }, ...more }));
};

const binary: IBinaryKeyData = {
	data: { data: 'eA==', mimeType: 'image/png', fileName: 'a.png' },
	untyped: { data: 'eA==', mimeType: '', fileName: '' },
};

const form = (...parameters: INodeParameters[]): INodeParameters =>
	post({ contentType: 'multipart-form-data', bodyParameters: { parameters } });

const fileRow = (inputDataFieldName: string): INodeParameters => ({
	...{ parameterType: 'formBinaryData', name: 'f', inputDataFieldName },
});

const byJson = (jsonQuery: string): INodeParameters =>
	get({ sendQuery: true, specifyQuery: 'json', jsonQuery });

const emptyPages = (options: INodeParameters): INodeParameters => ({
	url: 'ORIGIN/empty',
	options: {
		pagination: {
			pagination: {
				parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount }}' }] },
			},
		},
		response: { response: options },
	},
});

const object = '={{ ({ a: 1 }) }}';

/** Uses that few people make, and in which HTTP Request is not followed. */
export const cornerDifferences: MovedWorkflow[] = [
	...differing(
		'Format Text',
		'reads it as UTF-8, whatever the header says',
		[
			'Latin-1 as text',
			{
				url: bytes('e9', '&type=text/plain;charset=latin1'),
				...response({ responseFormat: 'text' }),
			},
		],
		[
			'Latin-1 as JSON',
			{
				url: bytes('7b2261223a22e9227d', '&type=a/b;charset=latin1'),
				...response({ responseFormat: 'json' }),
			},
		],
	),
	...differing('HTML and XML', 'guesses by the bytes', [
		'a page in windows-1251',
		{
			url: bytes(
				Buffer.from('<meta charset=windows-1251>\xcf\xf0', 'latin1').toString('hex'),
				'&type=text/html',
			),
		},
	]),
	...differing('A charset means what it means on the web', 'gives a control character', [
		'a euro sign',
		{ url: bytes('80', '&type=text/plain;charset=iso-8859-1') },
	]),
	...differing('JSON in UTF-8 that names another charset', 'reads the charset', [
		'latin1',
		{ url: bytes('7b2261223a22c3a9227d', '&type=application/json;charset=latin1') },
	]),
	...differing(
		'A charset that does not exist',
		'takes it for another one',
		['UTF-8 without a charset', { url: bytes('c3a9c3a9c3a9c3a9') }],
		['UTF-8 that is called ASCII', { url: bytes('c3a9', '&type=text/plain;charset=us-ascii') }],
		['a byte of no charset', { url: bytes('ff') }],
	),
	...differing(
		'Objects, lists and dates where a text is wanted',
		'writes [object Object], or undefined',
		['an object as a name', get({ sendQuery: true, queryParameters: pairs([object, 'x']) })],
		[
			'nothing as a name',
			get({ sendQuery: true, queryParameters: pairs(['={{ $json.no }}', 'x']) }),
		],
		['an object as a header', get({ sendHeaders: true, headerParameters: pairs(['x', object]) })],
		[
			'a date as a raw body',
			post({ contentType: 'raw', rawContentType: 'text/plain', body: '={{ new Date(0) }}' }),
		],
		[
			'an object as a field’s name',
			get({ ...response({ responseFormat: 'text', outputPropertyName: object }) }),
		],
	),
	...differing(
		'A JSON body that is a bare number or text',
		'refuses the one, and sends the other without its quotes',
		['a number', jsonBody('5')],
		['a text', jsonBody('"x"')],
	),
	...differing('A JSON body that an expression does not give', 'sends none for null', [
		'null',
		post({ specifyBody: 'json', jsonBody: '={{ null }}' }),
	]),
	...differing(
		'Query and headers by JSON',
		'knows texts only, and leaves out what is no object',
		['an object', byJson(object)],
		['a number', byJson('5')],
		['a list', byJson('[1]')],
	),
	...differing(
		'A choice by expression',
		'goes on without what it does not know',
		['an unknown method', get({ method: '={{ "" }}' })],
		['an unknown type', post({ contentType: '={{ "xml" }}', bodyParameters: pairs(['a', 'b']) })],
		['an unknown way', post({ specifyBody: '={{ "xml" }}', bodyParameters: pairs(['a', 'b']) })],
	),
	...differing('Max Redirects at 0', 'follows as many as without it', [
		'no redirects',
		{
			url: redirect(302),
			options: { redirect: { redirect: { followRedirects: true, maxRedirects: 0 } } },
		},
	]),
	...differing('_Send Credentials on Redirect_ by expression', 'takes any text for on', [
		'a text',
		{
			url: redirect(302, 'OTHER/mirror'),
			options: { sendCredentialsOnCrossOriginRedirect: '={{ "no" }}' },
		},
		{ credential: 'bearer' },
	]),
	...differing('A login in the URL', 'sends it in place of the credential', [
		'beside a credential',
		{ url: 'LOGIN/mirror' },
		{ credential: 'bearer' },
	]),
	...differing('`Accept` with Lowercase Headers off', 'sends its own', [
		'own case',
		get({
			...{ sendHeaders: true, headerParameters: pairs(['Accept', 'text/x']) },
			options: { lowercaseHeaders: false },
		}),
	]),
	...differing(
		'A credential that adds fields to a body without fields',
		'makes an object of it',
		['a list', jsonBody('[1]'), { credential: 'custom' }],
		[
			'a raw body',
			post({ contentType: 'raw', rawContentType: 'a/b', body: 'x' }),
			{ credential: 'custom' },
		],
	),
	...differing(
		'A body without a type',
		'sends an empty one',
		['a raw body', post({ contentType: 'raw', rawContentType: '', body: 'x' })],
		['a file', post({ contentType: 'binaryData', inputDataFieldName: 'untyped' }), { binary }],
	),
	...differing(
		'A file of a form',
		'makes a text of it, or leaves it out',
		['without a name', form(fileRow('untyped')), { binary, versions: [4, 4.5] }],
		['without a field', form(fileRow(''), { name: 'a', value: 'b' }), { binary, versions: [4.1] }],
		['no field at all', form()],
	),
	...differing(
		'Names of files',
		'calls it data.png, decodes it, or calls it png',
		['an empty name', { url: 'ORIGIN/binary?header=content-disposition:attachment;filename=' }],
		[
			'a name that is encoded',
			{ url: 'ORIGIN/binary?header=content-disposition:attachment;filename="a%2520b.png"' },
		],
		['a compressed file', { url: 'ORIGIN/compressed?encoding=gzip&body=abc&type=image/png' }],
	),
	...differing(
		'An empty page',
		'gives an empty text, or fails',
		['autodetect', emptyPages({})],
		['text', emptyPages({ responseFormat: 'text' })],
	),
	...differing('`$request` in pagination', 'has settings of its own as well', [
		'all of it',
		{
			url: 'ORIGIN/pages',
			options: {
				pagination: {
					pagination: {
						parameters: {
							parameters: [
								{ type: 'qs', name: 'r', value: '={{ Object.keys($request).sort().join() }}' },
							],
						},
						...{ limitPagesFetched: true, maxRequests: 2 },
					},
				},
			},
		},
	]),
	...differing('`HTTP://` in capitals', 'refuses it', [
		'a URL',
		{ url: '={{ "ORIGIN/mirror".replace("http", "HTTP") }}' },
	]),
	...differing('A `Host` header and a redirect', 'looks for that host', [
		'to the same origin',
		{
			url: redirect(302),
			...{ sendHeaders: true, headerParameters: pairs(['Host', 'no-such-host.invalid']) },
		},
	]),
];
