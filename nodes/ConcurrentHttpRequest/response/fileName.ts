import { parse } from 'content-disposition';

/**
 * The name that a file from the web goes by: the one its server gives it (RFC 6266), else the
 * path of its URL, as n8n does it.
 *
 * @param url the URL that answered
 * @returns `undefined` where there is neither
 */
export function fileName(contentDisposition: string, url: URL): string | undefined {
	const names = [namedByServer(contentDisposition), url.pathname.slice(1)];
	return names.find((name) => name !== undefined && name !== '');
}

function namedByServer(contentDisposition: string): string | undefined {
	if (contentDisposition === '') return undefined;
	try {
		return parse(withType(contentDisposition)).parameters.filename;
	} catch {
		// Not a Content-Disposition that could be read.
		return undefined;
	}
}

/** Some servers leave the type out: `filename=a.png`. */
function withType(contentDisposition: string): string {
	return /^\s*[^\s;]+=/.test(contentDisposition)
		? `attachment; ${contentDisposition}`
		: contentDisposition;
}
