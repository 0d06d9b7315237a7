import { InvalidParameter } from './InvalidParameter';
import { isOn } from './isOn';
import type { ItemParameters } from './ItemParameters';
import { toText } from '../common/toText';
import {
	readResponseOptimizer,
	type ResponseOptimizer,
} from '../response/optimize/ResponseOptimizer';

export type ResponseFormat = 'autodetect' | 'file' | 'json' | 'text';

/** How an answer is turned into items. */
export interface ResponseOptions {
	readonly format: ResponseFormat;
	/** Output headers and status as well as the body. */
	readonly fullResponse: boolean;
	/** Treat every answer as a result, whatever its status. */
	readonly neverError: boolean;
	/** The field that takes a text or a file. */
	readonly outputPropertyName: string;
	/** What makes less of a body; `undefined` where it is handed on as it is. */
	readonly optimize?: ResponseOptimizer | undefined;
}

const FORMATS: readonly string[] = [
	'autodetect',
	'file',
	'json',
	'text',
] satisfies ResponseFormat[];

/** @throws {InvalidParameter} */
export function readResponseOptions(parameters: ItemParameters): ResponseOptions {
	return parameters.derive(responseOptionsOf);
}

function responseOptionsOf(parameters: ItemParameters): ResponseOptions {
	const option = (name: string) => parameters.get(`options.response.response.${name}`);
	const format = toText(option('responseFormat') ?? 'autodetect');
	if (!FORMATS.includes(format)) {
		throw new InvalidParameter('Response Format', `"${format}" is not one of the list`);
	}
	return {
		format: format as ResponseFormat,
		fullResponse: isOn(option('fullResponse')),
		neverError: isOn(option('neverError')),
		outputPropertyName: toText(option('outputPropertyName') ?? 'data'),
		optimize: readResponseOptimizer(parameters),
	};
}
