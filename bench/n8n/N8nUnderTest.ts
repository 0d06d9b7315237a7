import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfThere } from '../../scripts/lib/files.ts';
import { createInstance } from '../../scripts/n8n/instance.ts';
import type { N8nInstance } from '../../scripts/n8n/instance.ts';
import { RestError } from '../../scripts/n8n/RestApi.ts';
import type { RunningN8n } from '../../scripts/n8n/RunningN8n.ts';
import type { Workflow } from '../../scripts/n8n/Workflow.ts';
import { localFolder } from '../../scripts/paths.ts';
import { buildExtensions } from './buildExtensions.ts';
import { PROFILE_FOLDER, REPORT_FOLDER } from './extensions/Report.ts';
import type { Report } from './extensions/Report.ts';

const folder = join(localFolder, 'bench');
const reportFolder = join(folder, 'reports');
/** Where the CPU profiles are that `--profile` asks for. */
export const profileFolder = join(folder, 'profiles');

/** One workflow is changed again and again: that is quicker than to make and delete many. */
const WORKFLOW_ID = 'concurrentBench1';

const PATIENCE_MS = 600_000;
const POLL_MS = 20;
/** For what n8n still tidies up when an execution has ended. */
const SETTLE_MS = 300;
/** An n8n that was busy for long takes its own database for lost, until it has looked again. */
const BUSY_PATIENCE_MS = 30_000;
const BUSY_POLL_MS = 500;

/** The real n8n, with this package and the bench's own nodes in it. Starts when it is needed. */
export class N8nUnderTest {
	readonly instance: N8nInstance;
	/** What has run since it was started, so that each client is measured warm. */
	readonly warmedUp = new Set<string>();
	private running: RunningN8n | undefined;

	private constructor(instance: N8nInstance) {
		this.instance = instance;
	}

	static async create({ profile }: { profile: boolean }): Promise<N8nUnderTest> {
		const { nodes, hooks } = await buildExtensions(join(folder, 'extensions'));
		await rm(reportFolder, { recursive: true, force: true });
		await mkdir(reportFolder, { recursive: true });
		await rm(profileFolder, { recursive: true, force: true });
		if (profile) await mkdir(profileFolder, { recursive: true });
		const env = {
			N8N_CUSTOM_EXTENSIONS: nodes,
			EXTERNAL_HOOK_FILES: hooks,
			[REPORT_FOLDER]: reportFolder,
			...(profile ? { [PROFILE_FOLDER]: profileFolder } : {}),
		};
		return new N8nUnderTest(await createInstance({ name: 'bench', env }));
	}

	/**
	 * Runs a workflow by hand, as the editor's button does.
	 * @returns undefined if n8n itself has ended, or did not come to an end
	 */
	async execute(workflow: Workflow): Promise<Report | undefined> {
		const n8n = (this.running ??= await this.instance.start());
		await unlessBusy(() => save(n8n, workflow));
		const executionId = await unlessBusy(() => n8n.startSavedWorkflow(WORKFLOW_ID, workflow));
		const file = join(reportFolder, `${executionId}.json`);
		if (!(await appears(file, n8n.ended))) return undefined;
		await sleep(SETTLE_MS);
		return JSON.parse(await readFile(file, 'utf8')) as Report;
	}

	async stop(): Promise<void> {
		await this.running?.stop();
		this.running = undefined;
		this.warmedUp.clear();
	}
}

async function save(n8n: RunningN8n, workflow: Workflow): Promise<void> {
	if (!(await n8n.hasWorkflow(WORKFLOW_ID))) {
		await n8n.createWorkflow({ ...workflow, id: WORKFLOW_ID });
		return;
	}
	const { nodes, connections, settings } = workflow;
	await n8n.api.call('PATCH', `/workflows/${WORKFLOW_ID}`, { nodes, connections, settings });
}

async function unlessBusy<T>(call: () => Promise<T>): Promise<T> {
	const deadline = Date.now() + BUSY_PATIENCE_MS;
	for (;;) {
		try {
			return await call();
		} catch (error) {
			const isBusy = error instanceof RestError && error.status === 503;
			if (!isBusy || Date.now() > deadline) throw error;
			await sleep(BUSY_POLL_MS);
		}
	}
}

/** @returns false if the end comes first, or a time that is too long */
async function appears(file: string, end: Promise<unknown>): Promise<boolean> {
	let hasEnded = false;
	void end.then(() => (hasEnded = true));
	const deadline = Date.now() + PATIENCE_MS;
	while (!hasEnded && Date.now() < deadline) {
		if ((await readIfThere(file)) !== undefined) return true;
		await sleep(POLL_MS);
	}
	return false;
}
