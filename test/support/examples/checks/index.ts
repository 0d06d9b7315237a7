import type { ExampleCheck } from '../ExampleCheck.ts';
import { failureChecks } from './failures.ts';
import { limitChecks } from './limits.ts';
import { outputChecks } from './output.ts';
import { requestChecks } from './requests.ts';
import { sendingChecks } from './sending.ts';

/** An entry for each file in examples/ that needs no other server than the test's own. */
export const exampleChecks: Record<string, ExampleCheck> = {
	...requestChecks,
	...sendingChecks,
	...outputChecks,
	...limitChecks,
	...failureChecks,
};

/** Files in examples/ that need more, and the test that runs them. */
export const checkedElsewhere: Record<string, string> = {
	'ai-agent-list.json': 'test/n8n/aiTool.test.ts',
	'ai-agent-page.json': 'test/n8n/aiTool.test.ts',
	'ai-agent-tool.json': 'test/n8n/aiTool.test.ts',
	'chunks.json': 'test/n8n/progress.test.ts',
	'limits-redis.json': 'test/services/examples.test.ts',
	'proxy.json': 'test/services/proxyExample.test.ts',
	'workers-part.json': 'test/services/queueMode.test.ts',
	'workers-run.json': 'test/services/queueMode.test.ts',
};
