import type { IDataObject } from 'n8n-workflow';

import { isObject } from './fields';
import { labelOf } from './labelOf';

/** n8n cannot evaluate an expression for an item. */
export class ExpressionFailure extends Error {
	override readonly name = 'ExpressionFailure';
	/** What n8n says about it. */
	readonly description: string | undefined;
	/** From this, n8n's editor makes an explanation of its own. */
	readonly context: IDataObject;

	/**
	 * @param field the field's name as the panel shows it
	 * @param cause n8n's error
	 */
	constructor(field: string, cause: unknown) {
		const said = cause instanceof Error ? cause.message : String(cause);
		super(`The expression in "${field}" fails: ${said}`, { cause });
		const { description, context } = isObject(cause) ? cause : {};
		this.description = typeof description === 'string' ? description : undefined;
		const { descriptionKey, nodeCause } = isObject(context) ? context : {};
		this.context =
			typeof descriptionKey === 'string'
				? { descriptionKey, ...(typeof nodeCause === 'string' && { nodeCause }) }
				: {};
	}
}

/**
 * Finds which of the expressions in a parameter fails.
 *
 * @param name of the top-level parameter
 * @param raw its value, with expressions as they are written
 * @param evaluate evaluates what is at a path of names and indices, such as `headers.list[0].value`
 * @param error why the whole parameter could not be evaluated
 */
export function expressionFailure(
	name: string,
	raw: unknown,
	evaluate: (path: string) => unknown,
	error: unknown,
): ExpressionFailure {
	const paths = expressionsIn(raw, [name]);
	const [only = [name], ...others] = paths;
	if (others.length === 0) return new ExpressionFailure(labelOf(only), error);
	for (const path of paths) {
		try {
			evaluate(pathOf(path));
		} catch {
			return new ExpressionFailure(labelOf(path), error);
		}
	}
	return new ExpressionFailure(labelOf([name]), error);
}

function expressionsIn(raw: unknown, path: Array<string | number>): Array<Array<string | number>> {
	if (typeof raw === 'string') return raw.startsWith('=') ? [path] : [];
	if (Array.isArray(raw)) {
		return raw.flatMap((entry, index) => expressionsIn(entry, [...path, index]));
	}
	if (!isObject(raw)) return [];
	return Object.entries(raw).flatMap(([key, value]) => expressionsIn(value, [...path, key]));
}

function pathOf(path: ReadonlyArray<string | number>): string {
	return path.reduce<string>(
		(text, part) =>
			typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`,
		'',
	);
}
