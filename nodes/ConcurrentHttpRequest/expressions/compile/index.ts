import type { AnyNode, Node } from 'acorn';
import { unsupported } from '../signals';
import { compileCall } from './calls';
import { compileArray, compileObject } from './collections';
import type { CompileContext } from './CompileContext';
import type { Evaluator } from './Evaluator';
import { compileIdentifier } from './identifiers';
import { compileLiteral, compileTemplateLiteral } from './literals';
import { compileChain, compileMember } from './members';
import { compileBinary, compileConditional, compileLogical, compileUnary } from './operators';
import { compileRunConstant } from './runConstants';

/** Compiles a node by its type: the list of what is known of the language. */
export function compileNode(node: Node, context: CompileContext): Evaluator {
	const known = node as AnyNode;
	return compileRunConstant(known, context) ?? compileByType(known, context);
}

function compileByType(node: AnyNode, context: CompileContext): Evaluator {
	switch (node.type) {
		case 'Literal':
			return compileLiteral(node);
		case 'TemplateLiteral':
			return compileTemplateLiteral(node, context);
		case 'Identifier':
			return compileIdentifier(node, context);
		case 'MemberExpression':
			return compileMember(node, context);
		case 'ChainExpression':
			return compileChain(node, context);
		case 'CallExpression':
			return compileCall(node, context);
		case 'UnaryExpression':
			return compileUnary(node, context);
		case 'BinaryExpression':
			return compileBinary(node, context);
		case 'LogicalExpression':
			return compileLogical(node, context);
		case 'ConditionalExpression':
			return compileConditional(node, context);
		case 'ArrayExpression':
			return compileArray(node, context);
		case 'ObjectExpression':
			return compileObject(node, context);
		default:
			return unsupported();
	}
}
