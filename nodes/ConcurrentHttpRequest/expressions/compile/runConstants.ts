import type { Node } from 'acorn';
import { mentionsExtension, isExtended } from '../language/extensionSyntax';
import { constancyOf } from '../language/constancy';
import { stepAside, unsupported } from '../signals';
import { plain } from '../values/plainData';
import type { CompileContext } from './CompileContext';
import type { Evaluator } from './Evaluator';

/**
 * A piece of an expression that is the same for every item of the run, evaluated by the engine as
 * an expression of its own.
 *
 * @returns `undefined` where the node is no such piece
 */
export function compileRunConstant(node: Node, context: CompileContext): Evaluator | undefined {
	if (constancyOf(node) !== 'run') return undefined;
	const code = context.source.slice(node.start, node.end);
	if (!meansTheSameAlone(code, context)) return unsupported();
	const expression = `{{ ${code} }}`;
	context.found.runConstants.add(expression);
	return ({ constants }) => {
		const value = plain(constants.get(expression));
		// Alone, a failure is `undefined`; within an expression, it makes all of that `undefined`.
		return value === undefined ? stepAside() : value;
	};
}

/** n8n looks at all code of a parameter when it decides whether to rewrite each piece. */
function meansTheSameAlone(code: string, { extended }: CompileContext): boolean {
	// n8n takes such a brace for that of a block, before it takes it for that of an object.
	if (code.startsWith('{') && isExtended([code])) return false;
	if (isExtended([code]) === extended) return true;
	return !code.includes('?.') && !mentionsExtension(code);
}
