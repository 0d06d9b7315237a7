import { endOnSignals } from '../../scripts/lib/interruption.ts';
import { ensureRuntime } from '../../scripts/n8n/runtime.ts';

/** Installs n8n before the first test, which takes minutes on a new machine and no hook waits for. */
export default async function installN8n(): Promise<void> {
	endOnSignals();
	await ensureRuntime();
}
