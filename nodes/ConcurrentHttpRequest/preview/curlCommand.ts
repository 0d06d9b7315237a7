import type { BodyPart, RequestHeaders } from '../transport/HttpRequest';
import { headerNameIn } from '../transport/requestHeaders';
import { shellWord } from './shellWord';

/** A part of a form. */
export interface ShownPart extends BodyPart {
	/** The file from which curl reads a long text, or a file that cannot have its own name. */
	readonly savedAs?: string;
}

/** What a preview shows of a body. */
export type ShownBody =
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'form'; readonly parts: readonly ShownPart[] }
	/** Its content is not shown: curl reads it from a file of this name. */
	| { readonly kind: 'file'; readonly fileName: string };

/** A request as a preview shows it, its secrets hidden. */
export interface ShownRequest {
	readonly method: string;
	readonly url: string;
	readonly headers: RequestHeaders;
	readonly body: ShownBody | undefined;
	/** The node's own option; `undefined` leaves the choice to the environment. */
	readonly proxy: string | undefined;
	readonly followsRedirects: boolean;
	readonly allowUnauthorizedCerts: boolean;
	readonly showsCertificate: boolean;
}

/**
 * A request as a command for bash or zsh, in one line. What the server gets from it is what the node
 * sends, but for what was hidden, and for files, which curl reads from the folder that it is started in.
 */
export function curlCommand(request: ShownRequest): string {
	const { method, url, body, proxy } = request;
	return [
		'curl',
		...(/[[\]{}]/.test(url) ? ['--globoff'] : []),
		...methodOf(method, body),
		shellWord(url),
		...headersOf(request),
		...bodyOf(body),
		...(request.followsRedirects ? ['--location'] : []),
		...(proxy === undefined ? [] : ['--proxy', shellWord(proxy)]),
		...(request.allowUnauthorizedCerts ? ['--insecure'] : []),
		...(request.showsCertificate ? ['--cert', 'client.pem', '--key', 'client.key'] : []),
	].join(' ');
}

/** With a body curl chooses POST, without one GET. */
function methodOf(method: string, body: ShownBody | undefined): string[] {
	if (method === 'HEAD' && !body) return ['--head'];
	return method === (body ? 'POST' : 'GET') ? [] : ['--request', method];
}

function headersOf({ headers, body }: ShownRequest): string[] {
	const isForm = body?.kind === 'form';
	const words: string[] = [];
	for (const [name, value] of Object.entries(headers)) {
		const lowerCase = name.toLowerCase();
		// curl makes a boundary of its own.
		if (isForm && lowerCase === 'content-type') continue;
		for (const line of [value].flat()) {
			words.push('--header', shellWord(line === '' ? `${name};` : `${name}: ${line}`, true));
		}
		if (lowerCase === 'accept-encoding') words.push('--compressed');
	}
	// curl would call a body without a type a form.
	if (body && !isForm && headerNameIn(headers, 'content-type') === undefined) {
		words.push('--header', 'content-type:');
	}
	return words;
}

function bodyOf(body: ShownBody | undefined): string[] {
	switch (body?.kind) {
		case undefined:
			return [];
		case 'text':
			return ['--data-raw', shellWord(body.text)];
		case 'file':
			return ['--data-binary', shellWord(`@${pathOf(body.fileName)}`)];
		case 'form':
			return body.parts.flatMap(partOf);
	}
}

function partOf({ name = '', value, savedAs }: ShownPart): string[] {
	if (typeof value === 'string') {
		return savedAs === undefined
			? ['--form-string', shellWord(`${name}=${value}`)]
			: ['--form', shellWord(`${name}=<${savedAs}`)];
	}
	const { fileName = 'file', mimeType } = value;
	const path = quoted(pathOf(savedAs ?? fileName));
	const isRenamed = savedAs !== undefined && savedAs !== fileName;
	const sentAs = isRenamed ? `;filename=${quoted(fileName)}` : '';
	const type = mimeType === undefined ? '' : `;type=${mimeType}`;
	return ['--form', shellWord(`${name}=@${path}${sentAs}${type}`)];
}

/** For curl, `-` is the standard input. */
function pathOf(fileName: string): string {
	return fileName === '-' ? './-' : fileName;
}

/** curl's own quotes, for names in which it would see options. */
function quoted(fileName: string): string {
	return /[;,"\\]/.test(fileName)
		? `"${fileName.replace(/["\\]/g, (character) => `\\${character}`)}"`
		: fileName;
}
