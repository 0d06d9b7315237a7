import { Expression } from 'n8n-workflow';

/** Counts how often n8n evaluates an expression while something runs. */
export function countEngineCalls(action: () => void): number {
	// It is private, and what every way to evaluate an expression comes to.
	const engine = Expression.prototype as unknown as { renderExpression: () => unknown };
	const render = jest.spyOn(engine, 'renderExpression');
	try {
		action();
		return render.mock.calls.length;
	} finally {
		render.mockRestore();
	}
}
