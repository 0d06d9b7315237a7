import type {
	AnyNode,
	ChainExpression,
	Literal,
	LogicalExpression,
	MemberExpression,
	Node,
	TemplateLiteral,
	UnaryExpression,
} from 'acorn';
import { isPlainIdentifier } from './names';
import { childrenOf } from './syntaxTree';

/**
 * n8n does not run code as it is written: it parses it (esprima-next), changes it, and prints it
 * anew (recast). What is known to change its meaning on the way, or to fail, is listed here.
 *
 * @param extended whether n8n rewrites calls and chains too (see `isExtended`)
 * @returns whether the code means what it says
 */
export function isKeptByEngine(node: Node, extended: boolean): boolean {
	const inTemplate = false;
	return isKept(node as AnyNode, { extended, inTemplate });
}

interface Surroundings {
	readonly extended: boolean;
	readonly inTemplate: boolean;
}

function isKept(node: AnyNode, around: Surroundings): boolean {
	const inTemplate = around.inTemplate || node.type === 'TemplateLiteral';
	return (
		isNodeKept(node, around) &&
		childrenOf(node).every((child) => isKept(child, { ...around, inTemplate }))
	);
}

function isNodeKept(node: AnyNode, { extended, inTemplate }: Surroundings): boolean {
	switch (node.type) {
		case 'Literal':
			return isLiteralKept(node);
		case 'TemplateLiteral':
			return isTemplateKept(node);
		case 'Identifier':
			return isPlainIdentifier(node.name);
		case 'MemberExpression':
			return isReceiverKept(node.object);
		case 'CallExpression':
			// `$if` is made a `? :` while the code is changed; without a second argument that fails.
			if (node.callee.type === 'Identifier' && node.callee.name === '$if') {
				return node.arguments.length > 1;
			}
			return isReceiverKept(node.callee);
		case 'ChainExpression':
			// Within templates they cannot be printed.
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

/** Not those that only one of the parsers may know: `1_000`, `017`, texts over several lines. */
function isLiteralKept({ value, raw = '' }: Literal): boolean {
	if (typeof value === 'number') return NUMBER.test(raw);
	return typeof value === 'bigint' ? false : !raw.includes('\n');
}

/**
 * White space other than blanks is changed, and a blank is added after some texts that have an
 * escape.
 */
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
			if (link.computed && (extended || !isStaticKey(link))) return false;
			link = link.object;
		}
	}
	return true;
}

function isStaticKey({ property }: MemberExpression): boolean {
	return property.type === 'Literal';
}

/** JavaScript wants parentheses between `??` and the others, and they may get lost. */
function isLogicalKept({ operator, left, right }: LogicalExpression): boolean {
	return [left, right].every(
		(side) => side.type !== 'LogicalExpression' || (side.operator === '??') === (operator === '??'),
	);
}

/** Two signs in a row may be printed as `--`. */
function isUnaryKept({ operator, argument }: UnaryExpression): boolean {
	return !/[-+]/.test(operator) || argument.type !== 'UnaryExpression';
}
