/*
 * Installs a published version by name into a real n8n, as the editor does, and runs the workflow of
 * the README: npm run smoke -- 1.2.3
 */
import { runProgram } from './lib/main.ts';
import { PlainError } from './lib/PlainError.ts';
import { smokeTest } from './smoke/smokeTest.ts';

await runProgram(async () => {
	const [version] = process.argv.slice(2);
	if (!version) throw new PlainError('Say which version: npm run smoke -- 1.2.3');
	console.log(await smokeTest(version));
});
