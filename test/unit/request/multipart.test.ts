import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';

import { encodeMultipart } from '../../../nodes/ConcurrentHttpRequest/request/body/multipart.ts';
import { readBody } from '../../../nodes/ConcurrentHttpRequest/request/body/index.ts';
import type { ItemFile } from '../../../nodes/ConcurrentHttpRequest/request/ItemFile.ts';
import { isRepeatable } from '../../../nodes/ConcurrentHttpRequest/transport/RepeatableBody.ts';
import { filesOf } from './filesOf.ts';
import { parametersOf } from '../parameters/parametersOf.ts';

const BOUNDARY = '----a-boundary';

/** A file in n8n's store, which is read in pieces and counts what is open. */
function storedFile(bytes: Buffer, fileName?: string, mimeType?: string) {
	const counts = { opened: 0, open: 0 };
	const content = {
		size: async () => await Promise.resolve(bytes.length),
		read: async () => {
			counts.opened++;
			counts.open++;
			const pieces = Array.from({ length: Math.ceil(bytes.length / 3) }, (_, index) =>
				bytes.subarray(index * 3, index * 3 + 3),
			);
			const stream = Readable.from(pieces, { objectMode: false });
			stream.once('close', () => counts.open--);
			return await Promise.resolve(stream);
		},
	};
	return { counts, file: { fileName, mimeType, content } satisfies ItemFile };
}

type Body = ReturnType<typeof encodeMultipart>;

/** All bytes of a body, and the length that it announces. */
async function bytesOf(body: Body): Promise<{ bytes: Buffer; length: number | undefined }> {
	if (!isRepeatable(body)) return { bytes: body, length: body.length };
	const { length, stream } = await body.open();
	return { bytes: Buffer.concat(await stream.toArray()), length };
}

/** Read by another implementation: the one that belongs to Node's `fetch`. */
async function parsed(bytes: Buffer, boundary: string): Promise<Array<[string, unknown]>> {
	const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
	const form = await new Response(new Uint8Array(bytes), { headers }).formData();
	const entries = [...form].map(async ([name, value]) => {
		if (typeof value === 'string') return [name, value] as [string, unknown];
		const { name: fileName, type } = value;
		const content = Buffer.from(await value.arrayBuffer()).toString('latin1');
		return [name, { fileName, type, content }] as [string, unknown];
	});
	return await Promise.all(entries);
}

/** Browsers, and so Node, write and read the end of a line in a name as CR LF. */
const name = fc
	.string({ unit: 'grapheme' })
	.filter((text) => !/[\r\n]/.test(text) && text.isWellFormed());
const text = fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed());
const bytes = fc.uint8Array({ maxLength: 40, size: 'max' }).map((array) => Buffer.from(array));

it('is read back by an independent parser, and has the length that it announces', async () => {
	const file = fc.record({ bytes, isStored: fc.boolean(), fileName: fc.constant('a "b".png') });
	const field = fc.tuple(name, fc.oneof(text, file));
	await fc.assert(
		fc.asyncProperty(fc.array(field), async (fields) => {
			const parts = fields.map(([partName, value]): { name: string; value: string | ItemFile } => {
				if (typeof value === 'string') return { name: partName, value };
				const { fileName } = value;
				const stored = storedFile(value.bytes, fileName, 'image/png').file;
				const held = { fileName, mimeType: 'image/png', content: value.bytes };
				return { name: partName, value: value.isStored ? stored : held };
			});
			const written = await bytesOf(encodeMultipart(parts, BOUNDARY));
			expect(written.length).toBe(written.bytes.length);
			expect(await parsed(written.bytes, BOUNDARY)).toEqual(
				fields.map(([partName, value]) => [
					partName,
					typeof value === 'string'
						? value
						: {
								...{ fileName: value.fileName, type: 'image/png' },
								content: value.bytes.toString('latin1'),
							},
				]),
			);
		}),
	);
});

it('escapes names that would end a line or a quotation', async () => {
	const value = { fileName: 'x"\r\n.txt', mimeType: 'a/b\r\nX-Evil: 1', content: Buffer.from('') };
	const body = await bytesOf(encodeMultipart([{ name: 'a"\r\nb', value }], BOUNDARY));
	expect(body.bytes.toString().split('\r\n')).toEqual([
		`--${BOUNDARY}`,
		'Content-Disposition: form-data; name="a%22%0D%0Ab"; filename="x%22%0D%0A.txt"',
		'Content-Type: a/b X-Evil: 1',
		...['', '', `--${BOUNDARY}--`, ''],
	]);
});

it.each([
	['reports/2026/a.pdf', 'a.pdf'],
	['a.pdf', 'a.pdf'],
	[undefined, 'file'],
	['', 'file'],
])('sends no folder: %j', async (fileName, expected) => {
	const value = { fileName, mimeType: 'a/b', content: Buffer.from('') };
	const { bytes: written } = await bytesOf(encodeMultipart([{ name: 'f', value }], BOUNDARY));
	expect(written.toString()).toContain(`filename="${expected}"\r\n`);
});

it('reads files one after the other, again each time, and closes them', async () => {
	const files = [storedFile(Buffer.from('first')), storedFile(Buffer.from('second'))];
	const body = encodeMultipart(
		files.map(({ file }) => ({ name: 'f', value: file })),
		BOUNDARY,
	);
	const [once, again] = [await bytesOf(body), await bytesOf(body)];
	expect(again.bytes).toEqual(once.bytes);
	expect(files.map(({ counts }) => counts)).toEqual([
		{ opened: 2, open: 0 },
		{ opened: 2, open: 0 },
	]);
});

it('closes a file when it is no longer needed', async () => {
	const { file, counts } = storedFile(Buffer.alloc(100_000));
	const body = encodeMultipart([{ name: 'f', value: file }], BOUNDARY);
	if (!isRepeatable(body)) throw new Error('A stored file is to be read while it is sent');
	const { stream } = await body.open();
	for await (const chunk of stream) {
		if ((chunk as Buffer).length === 3) break;
	}
	await setImmediate();
	expect(counts).toEqual({ opened: 1, open: 0 });
});

it('has no length where n8n’s store does not know it', async () => {
	const { file } = storedFile(Buffer.from('x'));
	const content = { ...file.content, size: async () => await Promise.resolve(undefined) };
	const body = encodeMultipart([{ name: 'f', value: { ...file, content } }], BOUNDARY);
	expect((await bytesOf(body)).length).toBeUndefined();
});

describe('as a body of the panel', () => {
	const picture = { fileName: 'a.png', mimeType: 'image/png', content: Buffer.from('PNG') };
	const fileOf = filesOf({ data: picture, other: { ...picture, fileName: 'b.png' } });

	interface Given {
		rows: Array<Record<string, unknown>>;
		version?: number;
		credentialFields?: Record<string, unknown>;
		pageFields?: Record<string, unknown>;
	}

	async function entriesOf({ rows, version = 4.5, credentialFields, pageFields }: Given) {
		const parameters = parametersOf({
			...{ sendBody: true, contentType: 'multipart-form-data' },
			bodyParameters: { parameters: rows },
		});
		const source = { parameters, fileOf, typeVersion: version, credentialFields, pageFields };
		const body = readBody(source);
		const boundary = /^multipart\/form-data; boundary=(-{26}[0-9a-f]{24})$/.exec(
			body?.contentType ?? '',
		)?.[1];
		const entries = await parsed(body?.content as Buffer, boundary ?? '');
		return entries.map(([key, value]) =>
			typeof value === 'string' ? [key, value] : [key, (value as { fileName: string }).fileName],
		);
	}

	const file = (key: string, field: unknown) => ({
		...{ parameterType: 'formBinaryData', name: key, inputDataFieldName: field },
	});

	it('has several files under one name, among texts, in the order of the rows', async () => {
		const rows = [file('f', 'other'), { name: 'a', value: 1 }, file('f', 'data'), { name: 'a' }];
		expect(await entriesOf({ rows })).toEqual([
			['f', 'b.png'],
			['a', '1'],
			['f', 'a.png'],
			['a', 'undefined'],
		]);
	});

	it('sends the last row of a name before version 4.2', async () => {
		const rows = [file('f', 'other'), { name: 'a', value: 1 }, file('f', 'data')];
		expect(await entriesOf({ rows, version: 4.1 })).toEqual([
			['f', 'a.png'],
			['a', '1'],
		]);
	});

	it('writes a list as several fields, and null and undefined as HTTP Request does', async () => {
		const rows = [
			{ name: 'list', value: [1, 'x'] },
			{ name: 'none', value: null },
			{ name: 'object', value: { a: 1 } },
		];
		expect(await entriesOf({ rows })).toEqual([
			['list', '1'],
			['list', 'x'],
			['none', 'null'],
			['object', '{"a":1}'],
		]);
	});

	it('leaves out a row that was never filled in', async () => {
		expect(await entriesOf({ rows: [{ name: '', value: '' }, file('', '')] })).toEqual([]);
	});

	it('has what credential and pagination add in place of a row of the same name', async () => {
		const given = { credentialFields: { key: 'k' }, pageFields: { page: 2 } };
		const rows = [
			{ name: 'page', value: 1 },
			{ name: 'a', value: 'b' },
		];
		expect(await entriesOf({ rows, ...given })).toEqual([
			['a', 'b'],
			['key', 'k'],
			['page', '2'],
		]);
	});

	it.each(['', undefined])('says which file is not chosen: %j', async (field) => {
		await expect(entriesOf({ rows: [file('upload', field)] })).rejects.toThrow(
			'"Input Data Field Name" of the form field "upload" is empty',
		);
	});
});
