import type { ItemParameters } from '../../parameters/ItemParameters';
import { readChoice, readNumber } from '../../parameters/fields';
import { toText } from '../../common/toText';
import { maxLength } from '../../description/optimizeResponse';
import type { ResponseContent } from '../ResponseContent';
import { splitList } from './splitList';
import { optimizeJson } from './optimizeJson';

/**
 * Makes less of a body, for a language model that pays for each word it reads.
 *
 * @throws {UnreadableResponse} where the body is not what was expected
 */
export type ResponseOptimizer = (
	content: ResponseContent,
) => ResponseContent | Promise<ResponseContent>;

const RESPONSE_TYPES = ['json', 'html', 'text'] as const;
const FIELD_CHOICES = ['all', 'selected', 'except'] as const;

/**
 * Reads Optimize Response, which n8n hands over where the node is the tool of an agent only.
 *
 * @returns `undefined` where bodies are to be handed on as they are
 * @throws {InvalidParameter}
 */
export function readResponseOptimizer(parameters: ItemParameters): ResponseOptimizer | undefined {
	if (parameters.get('optimizeResponse') !== true) return undefined;
	switch (readChoice(parameters.get('responseType'), 'Expected Response Type', RESPONSE_TYPES)) {
		case 'json':
			return jsonOptimizer(parameters);
		case 'html':
			return htmlOptimizer(parameters);
		case 'text':
			return textOptimizer(parameters);
	}
}

function jsonOptimizer(parameters: ItemParameters): ResponseOptimizer {
	const options = {
		dataField: toText(parameters.get('dataField') ?? ''),
		include: readChoice(parameters.get('fieldsToInclude'), 'Include Fields', FIELD_CHOICES),
		fields: splitList(parameters.get('fields')),
	};
	return (content) => optimizeJson(content, options);
}

function htmlOptimizer(parameters: ItemParameters): ResponseOptimizer {
	const onlyContent = parameters.get('onlyContent') === true;
	const options = {
		cssSelector: toText(parameters.get('cssSelector') ?? 'body'),
		onlyContent,
		elementsToOmit: onlyContent ? splitList(parameters.get('elementsToOmit')) : [],
		maxLength: readMaxLength(parameters),
	};
	return async (content) => {
		// Loaded when it is needed: what reads HTML is large, and seldom asked for.
		const { optimizeHtml } = await import('./optimizeHtml');
		return optimizeHtml(content, options);
	};
}

function textOptimizer(parameters: ItemParameters): ResponseOptimizer {
	const maxLength = readMaxLength(parameters);
	return async (content) => {
		const { optimizeText } = await import('./optimizeText');
		return optimizeText(content, maxLength);
	};
}

/** In UTF-16 units; `undefined` where nothing is to be cut off. */
function readMaxLength(parameters: ItemParameters): number | undefined {
	if (parameters.get('truncateResponse') !== true) return undefined;
	return readNumber(parameters.get('maxLength'), maxLength);
}
