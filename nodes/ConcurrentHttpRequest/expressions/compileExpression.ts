import { compileNode } from './compile/compileNode';
import type { CompileContext, Evaluator, ExpressionScope } from './compile/context';
import { constancyOf } from './language/constancy';
import { isKeptByEngine } from './language/keptByEngine';
import { parseTemplate, type ParsedCode, type Template } from './language/template';
import { copyOf, plain } from './values/plainData';
import { isFailedPart, leaveToEngine, LEFT_TO_ENGINE, isLeftToEngine } from './values/signals';
import { toPartText } from './values/text';

/** An expression that can be evaluated without n8n's engine, for most items at least. */
export interface CompiledExpression {
	/** Whether the value may differ between the items of a run. */
	readonly dependsOnItem: boolean;
	/**
	 * Returns the value that the engine would give, as a copy where it is an object, or `LEFT_TO_ENGINE`.
	 * Never throws.
	 */
	evaluate(scope: ExpressionScope): unknown;
}

/**
 * Compiles a parameter's text.
 *
 * @param raw as it stands in the workflow, with the leading `=` that marks an expression
 * @returns `undefined` where the engine has to evaluate every item
 */
export function compileExpression(raw: string): CompiledExpression | undefined {
	const template = parseTemplate(raw);
	try {
		return template && compileTemplate(template);
	} catch (error) {
		if (isLeftToEngine(error)) return undefined;
		throw error;
	}
}

function compileTemplate(template: Template): CompiledExpression {
	const { source, parts, codes, isSingle, extended, hasBlock } = template;
	// n8n's cache of compiled texts is an object, and finds such a text in every object.
	if (codes.length === 0 && source in Object.prototype) return leaveToEngine();
	const constancies = codes.map(({ expression }) => constancyOf(expression));
	if (constancies.includes('run') && !constancies.includes('item')) {
		return withoutSignals(({ constants }) => plain(constants.get(source)), false);
	}
	if (hasBlock) return leaveToEngine();
	const found = { dependsOnItem: false };
	const compiled = parts.map((part) =>
		typeof part === 'string' ? part : compileCode(part, extended, found),
	);
	const [first] = compiled;
	const evaluate = isSingle && typeof first === 'function' ? first : joined(compiled);
	return withoutSignals(evaluate, found.dependsOnItem);
}

function withoutSignals(evaluate: Evaluator, dependsOnItem: boolean): CompiledExpression {
	return {
		dependsOnItem,
		evaluate: (scope) => {
			try {
				return copyOf(evaluate(scope));
			} catch {
				// A signal, or an error of JavaScript such as that of a malformed URI.
				return LEFT_TO_ENGINE;
			}
		},
	};
}

function compileCode(
	{ source, expression }: ParsedCode,
	extended: boolean,
	found: CompileContext['found'],
): Evaluator {
	if (!isKeptByEngine(expression, extended)) return leaveToEngine();
	const context = { source, extended, locals: new Map(), compile: compileNode, found };
	const evaluate = compileNode(expression, context);
	return (scope) => {
		try {
			return evaluate(scope);
		} catch (error) {
			if (isFailedPart(error)) return undefined;
			throw error;
		}
	};
}

function joined(parts: ReadonlyArray<Evaluator | string>): Evaluator {
	return (scope) => {
		let text = '';
		for (const part of parts) {
			text += typeof part === 'string' ? part : toPartText(part(scope));
		}
		return text;
	};
}
