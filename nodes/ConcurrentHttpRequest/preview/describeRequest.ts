import type { IDataObject } from 'n8n-workflow';

import { describeNumber } from '../common/describeNumber';
import { jsonOrText } from '../common/jsonOrText';
import { fieldsIn } from '../request/body/formUrlencoded';
import { baseName } from '../request/body/multipart';
import { headerText } from '../request/headers';
import { HIDDEN, type Redactor } from '../secrets/Redactor';
import { isSecretName } from '../secrets/secrets';
import type { BodyPart, HttpRequest, RequestHeaders } from '../transport/HttpRequest';
import { curlCommand, type ShownBody, type ShownPart } from './curlCommand';
import { hideInJson, isWrittenAs } from './jsonText';

/** Characters. A longer body is shown in part, so that the preview of many of them fits in memory. */
const LONGEST_BODY = 10_000;

/** Levels and values have no limit: the number of characters bounds them. */
const EVERYTHING = { characters: Infinity, values: Infinity, levels: 100 };

interface DescribedBody {
	/** As a field of the item. */
	readonly value: unknown;
	/** As curl gets it. */
	readonly shown: ShownBody;
	readonly notes: readonly string[];
}

/**
 * A request as fields and as a cURL command. Hidden are what a credential added, and values of headers,
 * query parameters and body fields whose names look secret.
 *
 * @param redactor hides the request's secrets
 */
export function describeRequest(request: HttpRequest, redactor: Redactor): IDataObject {
	const { method, authorizer, proxy, clientCertificate } = request;
	const headers = shownHeaders(request, redactor);
	const url = redactor.url(request.url);
	const body = describeBody(request, redactor);
	const notes = [
		authorizer?.preview?.note,
		...(body?.notes ?? []),
		clientCertificate?.cert &&
			'The client certificate of the credential is shown in the TLS handshake. For cURL, save it as client.pem and its key as client.key.',
	].filter((note) => note !== undefined);
	const curl = curlCommand({
		...{ method, url, headers, body: body?.shown },
		proxy: proxy && redactor.text(withoutLogin(proxy)),
		followsRedirects: request.maxRedirects > 0,
		allowUnauthorizedCerts: request.allowUnauthorizedCerts,
		showsCertificate: clientCertificate?.cert !== undefined,
	});
	return {
		...{ method, url },
		// Before the headers, which fill n8n's table.
		...(body && { body: body.value as IDataObject }),
		headers: { ...headers },
		curl,
		...(notes.length > 0 && { notes }),
	};
}

/** The same for a request that was sent, without what helps to send it by hand. */
export function describeSent(request: HttpRequest, redactor: Redactor): IDataObject {
	const { curl: _curl, notes: _notes, ...fields } = describeRequest(request, redactor);
	return fields;
}

function shownHeaders(
	{ headers, credential, authorizer }: HttpRequest,
	redactor: Redactor,
): RequestHeaders {
	const shown: Array<[string, string | string[]]> = Object.entries(headers).map(([name, value]) => {
		const isSecret = isSecretName(name) || credential.headerNames.has(name.toLowerCase());
		const shownName = redactor.text(name);
		if (isSecret) return [shownName, HIDDEN];
		return [
			shownName,
			Array.isArray(value) ? value.map((line) => redactor.text(line)) : redactor.text(value),
		];
	});
	const authorization = authorizer?.preview?.authorization;
	if (authorization === undefined) return Object.fromEntries(shown);
	const others = shown.filter(([name]) => name.toLowerCase() !== 'authorization');
	return Object.fromEntries([...others, ['Authorization', authorization]]);
}

function describeBody(request: HttpRequest, redactor: Redactor): DescribedBody | undefined {
	const { body, bodyParts, headers } = request;
	if (body === undefined) return undefined;
	if (bodyParts?.length === 0 && Buffer.isBuffer(body)) {
		// curl has no form without fields.
		return { value: [], shown: { kind: 'text', text: body.toString() }, notes: [] };
	}
	if (bodyParts !== undefined) return describeParts(bodyParts, redactor);
	if (typeof body !== 'string') return inFile(undefined, 'body', 'The body is not shown.');
	const contentType = headerText(headers, 'content-type') ?? '';
	if (body.length > LONGEST_BODY) {
		return inFile(
			redactor.text(withoutSecretNames(body, contentType), LONGEST_BODY),
			'body.txt',
			noteOfCut('The body', body, 'body.txt'),
		);
	}
	const { value, text } = describeText(body, contentType, redactor);
	if (!text.includes('\0')) return { value, shown: { kind: 'text', text }, notes: [] };
	return inFile(
		value,
		'body.txt',
		'The body has a NUL character, which no command can have. For cURL, save it as body.txt.',
	);
}

function inFile(value: unknown, fileName: string, note: string): DescribedBody {
	return { value, shown: { kind: 'file', fileName }, notes: [note] };
}

function describeText(
	body: string,
	contentType: string,
	redactor: Redactor,
): { value: unknown; text: string } {
	if (!isJson(body, contentType)) {
		const text = redactor.text(withoutSecretNames(body, contentType));
		return { value: text, text };
	}
	const text = hideInJson(body, (each) => redactor.text(each));
	const { value } = redactor.within(JSON.parse(text), EVERYTHING);
	return { value: isWrittenAs(value, text) ? value : text, text };
}

/** A body of JSON or of a form without the values of fields whose names look secret; any other as it is. */
function withoutSecretNames(body: string, contentType: string): string {
	if (isJson(body, contentType)) return hideInJson(body, (text) => text);
	if (!/^application\/x-www-form-urlencoded\b/i.test(contentType)) return body;
	const fields = fieldsIn(body);
	if (!fields.some(([name]) => isSecretName(name))) return body;
	const shown = fields.map(([name, value]): [string, string] => [
		name,
		isSecretName(name) ? HIDDEN : value,
	]);
	return new URLSearchParams(shown).toString();
}

/** Whether a body is an object or a list of JSON, whatever its type is said to be. */
function isJson(body: string, contentType: string): boolean {
	if (!/\bjson\b/i.test(contentType) && !/^\s*[{[]/.test(body)) return false;
	const parsed = jsonOrText(body);
	return typeof parsed === 'object' && parsed !== null;
}

function describeParts(parts: readonly BodyPart[], redactor: Redactor): DescribedBody {
	const notes: string[] = [];
	const ownName = ownNames();
	const shown = parts.map(({ name, value }): ShownPart => {
		const shownName = name === undefined ? undefined : redactor.text(name);
		if (typeof value !== 'string') {
			const file = { fileName: redactor.text(baseName(value)), mimeType: value.mimeType };
			const savedAs = ownName(file.fileName);
			if (savedAs !== file.fileName) {
				notes.push(
					`The file of "${shownName}" is another ${file.fileName}. For cURL, save it as ${savedAs}.`,
				);
			}
			return { name: shownName, value: file, savedAs };
		}
		if (name !== undefined && isSecretName(name)) return { name: shownName, value: HIDDEN };
		const text = redactor.text(value, LONGEST_BODY);
		if (value.length <= LONGEST_BODY) return { name: shownName, value: text };
		const savedAs = ownName('text.txt');
		notes.push(noteOfCut(`The text "${shownName}"`, value, savedAs));
		return { name: shownName, value: text, savedAs };
	});
	const values = shown.map(({ name, value }) => ({
		...(name !== undefined && { name }),
		...(typeof value === 'string' ? { value } : { file: value.fileName, type: value.mimeType }),
	}));
	const [first] = shown;
	if (first && first.name === undefined && typeof first.value !== 'string') {
		const fileName = first.value.fileName ?? 'file';
		return inFile(values[0], fileName, `For cURL, save the file as ${fileName}.`);
	}
	const text = shown.map(({ name, value }) => `${name}${typeof value === 'string' ? value : ''}`);
	const cannot = text.some((each) => each.includes('\0')) ? 'a NUL character' : undefined;
	const hasEquals = shown.some(({ name }) => name?.includes('='));
	const problem = cannot ?? (hasEquals ? 'a name with =' : undefined);
	return problem === undefined
		? { value: values, shown: { kind: 'form', parts: shown }, notes }
		: inFile(
				values,
				'body',
				`The form has ${problem}, which cURL cannot send in a form. For cURL, save the body as body.`,
			);
}

/** Gives each file a name that no other has: `image.png`, `image-2.png`. */
function ownNames(): (fileName: string) => string {
	const taken = new Set<string>();
	return (fileName) => {
		let name = fileName;
		for (let number = 2; taken.has(name); number++) {
			name = fileName.replace(/(\.[^.]*)?$/, (ending) => `-${number}${ending}`);
		}
		taken.add(name);
		return name;
	};
}

function noteOfCut(what: string, { length }: string, fileName: string): string {
	return `${what} has ${describeNumber(length)} characters, of which ${describeNumber(LONGEST_BODY)} are shown. For cURL, save it as ${fileName}.`;
}

function withoutLogin(proxy: string): string {
	const url = new URL(proxy);
	if (url.username !== '' || url.password !== '') {
		url.username = HIDDEN;
		url.password = HIDDEN;
	}
	return url.href;
}
