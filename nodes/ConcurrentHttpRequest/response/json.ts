import type { ResponseOptions } from '../parameters/responseOptions';
import { UnreadableResponse } from './UnreadableResponse';

/**
 * Reads a JSON body. A blank one counts as an empty object, since many servers label their empty
 * answers as JSON.
 *
 * @throws {UnreadableResponse}
 */
export function parseJsonBody(text: string, options: ResponseOptions): unknown {
	if (text.trim() === '') return {};
	try {
		return JSON.parse(text) as unknown;
	} catch {
		// An answer that autodetect took for JSON by its label; the user did not ask for JSON.
		if (options.neverError && options.format === 'autodetect') return {};
		throw new UnreadableResponse(
			'The response is not valid JSON',
			'Set the option Response Format to "Text" to see what the server answers.',
		);
	}
}
