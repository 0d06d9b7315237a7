import { isOn, readChoice } from './fields';
import type { ItemParameters } from './ItemParameters';
import { toText } from '../common/toText';
import {
	readResponseOptimizer,
	type ResponseOptimizer,
} from '../response/optimize/ResponseOptimizer';

const FORMATS = ['autodetect', 'file', 'json', 'text'] as const;

export type ResponseFormat = (typeof FORMATS)[number];

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
