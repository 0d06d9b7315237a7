import { endOnSignals } from '../../scripts/lib/interruption.ts';
import { createInstance } from '../../scripts/n8n/instance.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import { SHARED, SHARED_VARIABLE } from '../n8n/support/sharedN8n.ts';

declare global {
	var startedN8n: RunningN8n | undefined;
}

/** Installs n8n, which takes minutes on a new machine, and starts the one that tests share. */
export default async function startN8n(): Promise<void> {
	endOnSignals();
	const instance = await createInstance({ name: SHARED, fresh: true });
	const n8n = await instance.start();
	globalThis.startedN8n = n8n;
	const { baseUrl, api } = n8n;
	process.env[SHARED_VARIABLE] = JSON.stringify({ baseUrl, session: api.session });
}
