import type {
	AnyNode,
	ChainExpression,
	Literal,
	LogicalExpression,
	Node,
	TemplateLiteral,
	UnaryExpression,
} from 'acorn';
import { childrenOf } from './syntax';

/** Names that esprima-next is known to take for identifiers; acorn knows more of Unicode. */
const IDENTIFIER =
	/^[A-Za-z_$\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F][\w$\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F]*$/;

/**
 * Whether code means to n8n what it says. n8n does not run code as it is written: it parses it
 * (esprima-next), changes it, and prints it anew (recast). Listed here is what is known to change its
 * meaning on the way, or to fail.
 *
 * @param extended whether n8n rewrites calls and chains too (see `isExtended`)
 */
export function isKeptByEngine(node: Node, extended: boolean, inTemplate = false): boolean {
	const known = node as AnyNode;
	const isInner = inTemplate || known.type === 'TemplateLiteral';
	return (
		isNodeKept(known, extended, inTemplate) &&
		childrenOf(known).every((child) => isKeptByEngine(child, extended, isInner))
	);
}

function isNodeKept(node: AnyNode, extended: boolean, inTemplate: boolean): boolean {
	switch (node.type) {
		case 'Literal':
			return isLiteralKept(node);
		case 'TemplateLiteral':
			return isTemplateKept(node);
		case 'Identifier':
			return IDENTIFIER.test(node.name);
		case 'MemberExpression':
			return isReceiverKept(node.object);
		case 'CallExpression':
			// n8n turns `$if` into a `? :`, which fails without a second argument.
			if (node.callee.type === 'Identifier' && node.callee.name === '$if') {
				return node.arguments.length > 1;
			}
			return isReceiverKept(node.callee);
		case 'ChainExpression':
			// Chains within templates cannot be printed.
			return !inTemplate && isChainKept(node, extended);
		case 'LogicalExpression':
			return isLogicalKept(node);
		case 'UnaryExpression':
			return isUnaryKept(node);
		case 'BinaryExpression':
			// Its parentheses may get lost.
			return node.operator !== '**';
		case 'Property':
			// `{ $json }` for `{ $json: $json }`
			return !node.shorthand;
		default:
			return true;
	}
}

const NUMBER = /^(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$|^0x[\da-f]+$/i;

/** Only one of the parsers may know `1_000`, `017` and strings over several lines. */
function isLiteralKept({ value, raw = '' }: Literal): boolean {
	if (typeof value === 'number') return NUMBER.test(raw);
	return typeof value === 'bigint' ? false : !raw.includes('\n');
}

/** White space other than blanks is changed, and a blank is added after some escapes. */
function isTemplateKept({ quasis }: TemplateLiteral): boolean {
	return quasis.every(({ value: { raw } }) => !/[^\S ]|\\/.test(raw));
}

/** Parentheses around these may get lost: `(a?.b).c`, `(1).toFixed()`. */
function isReceiverKept(node: AnyNode): boolean {
	return (
		node.type !== 'ChainExpression' && !(node.type === 'Literal' && typeof node.value === 'number')
	);
}

/**
 * The check of computed keys takes the `?.` away before them (n8n-workflow, `PrototypeSanitizer`).
 * Where chains are rewritten, keys in brackets and calls mean something else.
 */
function isChainKept({ expression }: ChainExpression, extended: boolean): boolean {
	let link: AnyNode = expression;
	while (link.type === 'MemberExpression' || link.type === 'CallExpression') {
		if (link.type === 'CallExpression') {
			// `$('Node')` at the start of a chain is called on nothing.
			if (extended && (link.optional || link.callee.type !== 'Identifier')) return false;
			link = link.callee;
		} else {
			if (link.computed && (extended || link.property.type !== 'Literal')) return false;
			link = link.object;
		}
	}
	return true;
}

/** JavaScript requires parentheses between `??` and other logical operators; they may get lost. */
function isLogicalKept({ operator, left, right }: LogicalExpression): boolean {
	return [left, right].every(
		(side) => side.type !== 'LogicalExpression' || (side.operator === '??') === (operator === '??'),
	);
}

/** Two signs in a row may be printed as `--`. */
function isUnaryKept({ operator, argument }: UnaryExpression): boolean {
	return !/[-+]/.test(operator) || argument.type !== 'UnaryExpression';
}
