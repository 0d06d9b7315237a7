import type { ResponseContent } from '../response/ResponseContent';
import type { ResponseFormat } from '../parameters/responseOptions';

/**
 * What expressions of pagination see as `$response.body`, by HTTP Request's rules: data where the
 * answer is JSON, else its text. Where the user chose Text, a text that is JSON is data as well.
 * Of a file they see only whether it is empty.
 */
export function bodyForExpressions(content: ResponseContent, format: ResponseFormat): unknown {
	if (content.kind === 'file') return content.file.bytes === 0 ? '' : {};
	if (content.kind === 'json') return content.value;
	return format === 'text' ? jsonOrText(content.text) : content.text;
}

function jsonOrText(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}
