/** Names of files that come in, and of files and fields that go out. */
import type { IBinaryKeyData, INodeParameters } from 'n8n-workflow';
import { RawServer } from '../../support/RawServer.ts';
import { sendItems } from '../../support/workflow/sendItems.ts';

let server: RawServer;

afterEach(async () => await server.close());

/** @param disposition each character is a byte */
async function nameFor(disposition: string, path = '/from-url.pdf'): Promise<string | undefined> {
	const head = `HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Disposition: ${disposition}\r\n`;
	server = await RawServer.start(({ socket }) =>
		socket.write(`${head}Content-Length: 4\r\n\r\n%PDF`, 'latin1'),
	);
	const { items, error } = await sendItems({ url: server.origin + path });
	expect(error).toBeUndefined();
	return items[0]?.binary?.data?.fileName;
}

const UTF8 = Buffer.from('файл').toString('latin1');

// RFC 6266 section 4.3 and appendix C.3; Chromium's and Firefox's tests of Content-Disposition.
// Public reports: "Downloaded file has a garbled name" for names in Cyrillic and Chinese.
it.each([
	['raw UTF-8', `attachment; filename="${UTF8}.pdf"`, 'файл.pdf'],
	['raw UTF-8 without quotes', `attachment; filename=${UTF8}.pdf`, 'файл.pdf'],
	['latin-1', 'attachment; filename="Gr\xfc\xdfe.pdf"', 'Grüße.pdf'],
	[
		'filename*, which wins',
		`attachment; filename="${UTF8}.pdf"; filename*=UTF-8''na%C3%AFve.pdf`,
		'naïve.pdf',
	],
	['filename* before filename', `attachment; filename*=UTF-8''b.pdf; filename="a.pdf"`, 'b.pdf'],
	[
		'a filename* that cannot be read',
		`attachment; filename*=KLINGON''b; filename="a.pdf"`,
		'a.pdf',
	],
	['a blank and a semicolon', 'attachment; filename="a; b.pdf"', 'a; b.pdf'],
])('a name is read as browsers read it: %s', async (_what, disposition, expected) => {
	expect(await nameFor(disposition)).toBe(expected);
});

// RFC 6266 section 4.3: "recipients MUST NOT be able to write into any location other than one to
// which they are specifically entitled". CWE-22; CVE-2019-13139 and its kind.
it.each([
	['a path', 'attachment; filename="/etc/passwd"', 'passwd'],
	['a way up', 'attachment; filename="../../etc/passwd"', 'passwd'],
	['a way up in Windows', "attachment; filename*=UTF-8''..%5C..%5Cboot.ini", 'boot.ini'],
	['a drive of Windows', "attachment; filename*=UTF-8''C%3A%5Ctemp%5Ca.pdf", 'a.pdf'],
	['the folder above', 'attachment; filename=".."', 'from-url.pdf'],
	['this folder', 'attachment; filename="."', 'from-url.pdf'],
	['a folder', 'attachment; filename="a/"', 'a'],
	['NUL', "attachment; filename*=UTF-8''a.pdf%00.exe", 'a.pdf_.exe'],
	['line breaks', "attachment; filename*=UTF-8''a%0D%0AX-Mine%3A%201.pdf", 'a__X-Mine: 1.pdf'],
	['control characters', "attachment; filename*=UTF-8''a%01%7F%1B[2J%C2%85.pdf", 'a___[2J_.pdf'],
	['text turned around', "attachment; filename*=UTF-8''a%E2%80%AEfdp.exe", 'a_fdp.exe'],
	['nothing but blanks', 'attachment; filename="   "', 'from-url.pdf'],
	['no end', 'attachment; filename="a.pdf', 'from-url.pdf'],
])('a hostile name is made harmless: %s', async (_what, disposition, expected) => {
	expect(await nameFor(disposition)).toBe(expected);
});

it('a name that no file system takes is cut, and keeps its extension', async () => {
	const name = `${Buffer.from('ж'.repeat(400)).toString('latin1')}.pdf`;
	const cut = await nameFor(`attachment; filename="${name}"`);
	expect(cut).toBe(`${'ж'.repeat(125)}.pdf`);
	expect(Buffer.byteLength(cut ?? '')).toBeLessThanOrEqual(255);
});

it('a name of the URL is the last part of its path', async () => {
	expect(await nameFor('inline', '/a/%2e%2e/b/c.pdf?d=/e')).toBe('c.pdf');
});

// HTML Standard, "multipart/form-data encoding algorithm": CR, LF and " are escaped, in names only.
// A NUL in a header is an error (RFC 9110 section 5.5); PHP and others cut the name there.
describe('names that are sent in a form', () => {
	async function send(name: string, fileName?: string) {
		const ok = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok';
		server = await RawServer.start(({ socket }) => socket.write(ok));
		const row: INodeParameters =
			fileName === undefined
				? { parameterType: 'formData', name, value: 'x' }
				: { parameterType: 'formBinaryData', name, inputDataFieldName: 'file' };
		const binary: IBinaryKeyData = {
			file: { data: Buffer.from('x').toString('base64'), mimeType: 'text/plain', fileName },
		};
		const { error } = await sendItems(
			{
				...{ url: server.origin, method: 'POST', sendBody: true },
				...{ contentType: 'multipart-form-data', bodyParameters: { parameters: [row] } },
			},
			{ items: [{ json: {}, binary }] },
		);
		const sent = server.requests[0]?.body.toString();
		return { error, line: /^Content-Disposition: (.*)\r\n/m.exec(sent ?? '')?.[1] };
	}

	it.each([
		['a"b\r\nc', 'form-data; name="a%22b%0D%0Ac"'],
		['файл\\', 'form-data; name="файл\\"'],
	])('are escaped: %j', async (name, line) => {
		expect((await send(name)).line).toBe(line);
	});

	it('are escaped: of a file', async () => {
		const { line } = await send('f', 'a"\r\n.txt');
		expect(line).toBe('form-data; name="f"; filename="a%22%0D%0A.txt"');
	});

	it.each([
		['a field', 'a\0b', undefined],
		['the field of a file', 'a\0b', 'c.txt'],
		['a file', 'a', 'b\0.txt'],
	])('are refused with a NUL: of %s', async (_what, name, fileName) => {
		const { error } = await send(name, fileName);
		expect(error?.message).toMatch(/NUL/);
		expect(server.connections).toBe(0);
	});
});
