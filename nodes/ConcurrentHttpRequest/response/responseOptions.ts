import { toText } from '../common/toText';
import { isOn, readChoice } from '../parameters/fields';
import type { ItemParameters } from '../parameters/ItemParameters';
import { readResponseOptimizer, type ResponseOptimizer } from './optimize/ResponseOptimizer';

const FORMATS = ['autodetect', 'file', 'json', 'text'] as const;

export type ResponseFormat = (typeof FORMATS)[number];

/** How a response is turned into items. */
export interface ResponseOptions {
	readonly format: ResponseFormat;
	/** Output headers and status as well as the body. */
	readonly fullResponse: boolean;
	/** Treat every response as a result, whatever its status. */
	readonly neverError: boolean;
	/** The field for a text or a file. */
	readonly outputPropertyName: string;
	/** Shortens bodies for a language model; `undefined` where they are passed on as they are. */
	readonly optimize?: ResponseOptimizer | undefined;
}

/** @throws {InvalidParameter} */
export function readResponseOptions(parameters: ItemParameters): ResponseOptions {
	return parameters.derive(responseOptionsOf);
}

function responseOptionsOf(parameters: ItemParameters): ResponseOptions {
	const option = (name: string) => parameters.get(`options.response.response.${name}`);
	return {
		format: readChoice(option('responseFormat'), 'Response Format', FORMATS),
		fullResponse: isOn(option('fullResponse')),
		neverError: isOn(option('neverError')),
		outputPropertyName: toText(option('outputPropertyName') ?? 'data'),
		optimize: readResponseOptimizer(parameters),
	};
}
