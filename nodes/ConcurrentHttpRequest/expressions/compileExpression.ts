import type { CompiledExpression, ExpressionScope } from './CompiledExpression';
import { STEP_ASIDE } from './CompiledExpression';
import { compileNode } from './compile';
import type { Findings } from './compile/CompileContext';
import type { Evaluator } from './compile/Evaluator';
import { constancyOf } from './language/constancy';
import { isExtended } from './language/extensionSyntax';
import { isKeptByEngine } from './language/keptByEngine';
import { isRefused } from './language/names';
import type { ParsedCode } from './language/parseCode';
import { parseCode } from './language/parseCode';
import { isSingleCode, splitTemplate } from './language/splitTemplate';
import type { TemplatePart } from './language/splitTemplate';
import { ifSupported, isFailedPart, unsupported } from './signals';
import { copyOf, plain } from './values/plainData';
import { toPartText } from './values/toText';

/**
 * Compiles a parameter's text, once a run.
 *
 * @param raw as it stands in the workflow, with the leading `=` that marks an expression
 * @returns `undefined` where every item has to be left to the engine
 */
export function compileExpression(raw: string): CompiledExpression | undefined {
	const template = raw.slice(1);
	if (!raw.startsWith('=') || isRefused(template)) return undefined;
	const parts = splitTemplate(template);
	if (!parts) return undefined;
	return ifSupported(() => compileParts(template, parts));
}

function compileParts(template: string, parts: TemplatePart[]): CompiledExpression {
	const codes = parts.filter(({ type }) => type === 'code').map(({ source }) => source);
	// n8n's cache of compiled texts is an object, and finds such a text in every object.
	if (codes.length === 0 && template in Object.prototype) return unsupported();
	const parsed = new Map(codes.map((code) => [code, parseCode(code) ?? unsupported()]));
	const constancies = [...parsed.values()].map(({ expression }) => constancyOf(expression));
	if (constancies.includes('run') && !constancies.includes('item')) return runConstant(template);

	const extended = isExtended(codes);
	// n8n takes such a brace for that of a block, before it takes it for that of an object.
	if (extended && codes.some((code) => code.trimStart().startsWith('{'))) return unsupported();
	const found: Findings = { dependsOnItem: false, runConstants: new Set() };
	const compiled = parts.map(({ type, source }): Evaluator | string => {
		const code = parsed.get(source);
		return type === 'text' || !code ? source : compileCode(code, extended, found);
	});
	const evaluate = isSingleCode(parts) ? single(compiled) : joined(compiled);
	return {
		dependsOnItem: found.dependsOnItem,
		runConstants: [...found.runConstants],
		evaluate: (scope) => orStepAside(evaluate, scope),
	};
}

/** An expression that the engine evaluates as a whole, once a run. */
function runConstant(template: string): CompiledExpression {
	const evaluate: Evaluator = ({ constants }) => plain(constants.get(template));
	return {
		dependsOnItem: false,
		runConstants: [template],
		evaluate: (scope) => orStepAside(evaluate, scope),
	};
}

function compileCode(
	{ source, expression }: ParsedCode,
	extended: boolean,
	found: Findings,
): Evaluator {
	if (!isKeptByEngine(expression, extended)) return unsupported();
	const locals = new Map<string, never>();
	const context = { source, extended, locals, compile: compileNode, found };
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

/** One `{{ }}` alone keeps its type. */
function single([, evaluate]: Array<Evaluator | string>): Evaluator {
	return typeof evaluate === 'function' ? evaluate : unsupported();
}

function joined(parts: Array<Evaluator | string>): Evaluator {
	return (scope) => {
		let text = '';
		for (const part of parts) {
			text += typeof part === 'string' ? part : toPartText(part(scope));
		}
		return text;
	};
}

function orStepAside(evaluate: Evaluator, scope: ExpressionScope): unknown {
	try {
		return copyOf(evaluate(scope));
	} catch {
		// A signal, or an error of JavaScript's own such as that of a malformed URI.
		return STEP_ASIDE;
	}
}
