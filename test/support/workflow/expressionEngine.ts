import './environment.ts';
import { ExpressionEvaluator, IsolatedVmBridge } from '@n8n/expression-runtime';
import { Expression } from 'n8n-workflow';
import { expressionSandboxHooks } from 'n8n-workflow/expression-sandboxing';

/** What `N8N_EXPRESSION_ENGINE` chooses: in this process, or in an isolate (n8n's default). */
export type ExpressionEngine = 'legacy' | 'vm';

/**
 * Chooses the engine for all that follows in this test file; `legacy` is what tests run on
 * otherwise, because it starts at once. Go back to it in `afterAll`: the isolate must be let go.
 *
 * This is `Expression.initExpressionEngine` in other words: that one loads its runtime by a
 * dynamic import, which jest's module system refuses, and has no other way to be handed one.
 */
export async function useExpressionEngine(engine: ExpressionEngine): Promise<void> {
	await Expression.disposeExpressionEngine();
	Expression.setExpressionEngine(engine);
	if (engine === 'legacy') return;
	const evaluator = new ExpressionEvaluator({
		createBridge: () => new IsolatedVmBridge({ timeout: 5_000, memoryLimit: 128 }),
		maxCodeCacheSize: 1_024,
		hooks: expressionSandboxHooks,
	});
	await evaluator.initialize();
	Reflect.set(Expression, 'vmEvaluator', evaluator);
}

/** Tests that run on each engine. */
export function onEachEngine(tests: (engine: ExpressionEngine) => void): void {
	describe.each<ExpressionEngine>(['legacy', 'vm'])('the %s engine', (engine) => {
		beforeAll(() => useExpressionEngine(engine));
		afterAll(() => useExpressionEngine('legacy'));
		tests(engine);
	});
}
