import { jsonOrText } from '../../common/jsonOrText';
import { toText } from '../../common/toText';
import { maxLength as maxLengthField } from '../../description/optimizeResponse';
import { readChoice, readNumber } from '../../parameters/fields';
import type { ItemParameters } from '../../parameters/ItemParameters';
import type { ResponseContent } from '../ResponseContent';
import { UnreadableResponse } from '../UnreadableResponse';
import { optimizeJson } from './optimizeJson';

/**
 * Shortens a body for a language model.
 *
 * @throws {UnreadableResponse} where the body is not what was expected
 */
export type ResponseOptimizer = (
	content: ResponseContent,
) => ResponseContent | Promise<ResponseContent>;

/** As {@link ResponseOptimizer}, for what is not a file. */
type Optimize = (
	content: Exclude<ResponseContent, { kind: 'file' }>,
) => ResponseContent | Promise<ResponseContent>;

/**
 * Reads Optimize Response, which n8n passes on only if the node is the tool of an agent.
 *
 * @returns `undefined` where bodies are passed on as they are
 * @throws {InvalidParameter}
 */
export function readResponseOptimizer(parameters: ItemParameters): ResponseOptimizer | undefined {
	if (parameters.get('optimizeResponse') !== true) return undefined;
	const optimize = readOptimize(parameters);
	return (content) => (content.kind === 'file' ? content : optimize(content));
}

function readOptimize(parameters: ItemParameters): Optimize {
	const optimizers = { json: jsonOptimizer, html: htmlOptimizer, text: textOptimizer };
	const type = parameters.get('responseType');
	const choice = readChoice(type, 'Expected Response Type', ['json', 'html', 'text']);
	return optimizers[choice](parameters);
}

function jsonOptimizer(parameters: ItemParameters): Optimize {
	const include = parameters.get('fieldsToInclude');
	const options = {
		dataField: toText(parameters.get('dataField') ?? ''),
		include: readChoice(include, 'Include Fields', ['all', 'selected', 'except']),
		fields: splitList(parameters.get('fields')),
	};
	return (content) => optimizeJson(content, options);
}

function htmlOptimizer(parameters: ItemParameters): Optimize {
	const selector = toText(parameters.get('cssSelector') ?? 'body');
	const onlyContent = parameters.get('onlyContent') === true;
	const omitted = onlyContent ? splitList(parameters.get('elementsToOmit')) : undefined;
	const maxLength = readMaxLength(parameters);
	return async (content) => {
		if (content.kind === 'json') {
			throw new UnreadableResponse(
				'The response is JSON, but Optimize Response expects HTML',
				'Set Expected Response Type to "JSON".',
			);
		}
		// Loaded only if needed: the HTML libraries are large, and seldom used.
		const { optimizeHtml } = await import('./optimizeHtml');
		const found = optimizeHtml(content.text, selector, omitted);
		return { kind: 'text', text: JSON.stringify(found, null, 2).slice(0, maxLength) };
	};
}

function textOptimizer(parameters: ItemParameters): Optimize {
	const maxLength = readMaxLength(parameters);
	return async (content) => {
		const { optimizeText } = await import('./optimizeText');
		if (content.kind === 'text') {
			return { kind: 'text', text: optimizeText(content.text).slice(0, maxLength) };
		}
		const text = optimizeText(JSON.stringify(content.value, null, 2)).slice(0, maxLength);
		const value = jsonOrText(text);
		return value === text ? { kind: 'text', text } : { kind: 'json', value };
	};
}

/** In UTF-16 units; `undefined` where nothing is truncated. */
function readMaxLength(parameters: ItemParameters): number | undefined {
	if (parameters.get('truncateResponse') !== true) return undefined;
	return readNumber(parameters.get('maxLength'), maxLengthField);
}

/** The entries of a list that has commas between them, or that an expression returned. */
function splitList(value: unknown): string[] {
	const entries = Array.isArray(value) ? value.map(toText) : toText(value ?? '').split(',');
	return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
}
