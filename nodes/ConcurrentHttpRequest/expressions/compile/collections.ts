import type { ArrayExpression, ObjectExpression, Property, SpreadElement } from 'acorn';
import { keyOf } from '../language/syntax';
import { elementsOf, entriesOf, isObject, isOrdinaryKey } from '../values/plainData';
import { leaveToEngine } from '../values/signals';
import type { CompileContext, Evaluator, ExpressionScope } from './context';

/** `[a, b, ...c]` */
export function compileArray(node: ArrayExpression, context: CompileContext): Evaluator {
	const elements = node.elements.map((element): { spread: boolean; value: Evaluator } => {
		if (!element) return leaveToEngine();
		const spread = element.type === 'SpreadElement';
		return { spread, value: context.compile(spread ? element.argument : element, context) };
	});
	return (scope) =>
		elements.flatMap(({ spread, value }) => {
			const element = value(scope);
			if (!spread) return [element];
			return Array.isArray(element) ? elementsOf(element) : leaveToEngine();
		});
}

/** `{ a: b, ...c }` */
export function compileObject(node: ObjectExpression, context: CompileContext): Evaluator {
	const add = node.properties.map((property) =>
		property.type === 'SpreadElement'
			? compileSpread(property, context)
			: compileProperty(property, context),
	);
	return (scope) => {
		const object: Record<string, unknown> = {};
		for (const each of add) each(object, scope);
		return object;
	};
}

type Add = (object: Record<string, unknown>, scope: ExpressionScope) => void;

function compileProperty(property: Property, context: CompileContext): Add {
	const { kind, method, computed } = property;
	if (kind !== 'init' || method || computed) return leaveToEngine();
	const key = keyOf(property.key, computed);
	if (key === undefined || !isOrdinaryKey(key)) return leaveToEngine();
	const value = context.compile(property.value, context);
	return (object, scope) => {
		object[key] = value(scope);
	};
}

function compileSpread({ argument }: SpreadElement, context: CompileContext): Add {
	const value = context.compile(argument, context);
	return (object, scope) => {
		const spread = value(scope);
		if (spread === undefined || spread === null) return;
		if (!isObject(spread) || Array.isArray(spread)) return leaveToEngine();
		for (const [key, element] of entriesOf(spread)) object[key] = element;
	};
}
