import { setTimeout as sleep } from 'node:timers/promises';
import type { IRun } from 'n8n-workflow';
import { fetchOnce } from '../lib/http.ts';
import type { N8nProcess } from './command.ts';
import { toExecutionResult } from './ExecutionResult.ts';
import type { ExecutionResult } from './ExecutionResult.ts';
import { parseFlatted } from './flatted.ts';
import { N8nServer } from './N8nServer.ts';
import type { RestApi } from './RestApi.ts';
import { triggerOf } from './Workflow.ts';
import type { Workflow } from './Workflow.ts';

const POLL_MS = 100;
const PATIENCE_MS = 120_000;

export interface SavedWorkflow {
	id: string;
	versionId: string;
	name: string;
}

interface SavedTag {
	id: string;
	name: string;
}

export interface CredentialData {
	name: string;
	/** Such as `httpBasicAuth`. */
	type: string;
	data: Record<string, unknown>;
}

export interface ExecutionSummary {
	id: string;
	status: string;
	mode: string;
	startedAt: string;
	stoppedAt?: string | null;
}

/** What the owner of an n8n that is up does with it. */
export class N8nClient {
	readonly baseUrl: string;
	/** n8n's REST API, for what has no method here. */
	readonly api: RestApi;

	/** @param api with the owner signed in */
	constructor(baseUrl: string, api: RestApi) {
		this.baseUrl = baseUrl;
		this.api = api;
	}

	/** Saves a workflow, under its own id if it has one and it is not taken. */
	async createWorkflow(workflow: Workflow): Promise<SavedWorkflow> {
		const { id, name, nodes, connections, pinData, settings = {} } = workflow;
		const tags = await this.tagIds((workflow.tags ?? []).map((tag) => tag.name));
		// n8n 1.x does not take `active` for granted.
		const payload = { id, name, nodes, connections, pinData, settings, tags, active: false };
		return await this.api.call<SavedWorkflow>('POST', '/workflows', payload);
	}

	/** Puts a workflow at the top of the editor's list, which begins with what was changed last. */
	async touchWorkflow(id: string): Promise<void> {
		const { name } = await this.api.call<SavedWorkflow>('GET', `/workflows/${id}`);
		await this.api.call('PATCH', `/workflows/${id}`, { name });
	}

	/** Creates what is not there yet. */
	private async tagIds(names: readonly string[]): Promise<string[]> {
		if (names.length === 0) return [];
		const tags = await this.api.call<SavedTag[]>('GET', '/tags');
		const ids: string[] = [];
		for (const name of names) {
			const tag =
				tags.find((each) => each.name === name) ??
				(await this.api.call<SavedTag>('POST', '/tags', { name }));
			ids.push(tag.id);
		}
		return ids;
	}

	async hasWorkflow(id: string): Promise<boolean> {
		return (await this.api.call<{ exists: boolean }>('GET', `/workflows/${id}/exists`)).exists;
	}

	/** Removes a workflow with all its executions. */
	async deleteWorkflow(id: string): Promise<void> {
		// n8n deletes only what is in its archive.
		const { isArchived } = await this.api.call<{ isArchived: boolean }>('GET', `/workflows/${id}`);
		if (!isArchived) await this.api.call('POST', `/workflows/${id}/archive`);
		await this.api.call('DELETE', `/workflows/${id}`);
	}

	/** Saves the workflow and starts it from its trigger, as the editor's button does. */
	async startWorkflow(workflow: Workflow): Promise<{ workflowId: string; executionId: string }> {
		const { id: workflowId } = await this.createWorkflow(workflow);
		return { workflowId, executionId: await this.startSavedWorkflow(workflowId, workflow) };
	}

	/** Starts a workflow that was saved before. */
	async startSavedWorkflow(id: string, workflow: Workflow): Promise<string> {
		const { executionId } = await this.api.call<{ executionId?: string }>(
			'POST',
			`/workflows/${id}/run`,
			{
				triggerToStartFrom: { name: triggerOf(workflow).name },
				// n8n 1.x runs what the editor shows.
				workflowData: { ...workflow, id },
			},
		);
		if (executionId) return executionId;
		throw new Error(`Workflow "${workflow.name}" waits for a webhook instead of running`);
	}

	/** Saves and runs a workflow, and removes it again. A failed execution is a result too. */
	async runWorkflow(workflow: Workflow, patienceMs = PATIENCE_MS): Promise<ExecutionResult> {
		const copy = { ...workflow, id: undefined };
		const { workflowId, executionId } = await this.startWorkflow(copy);
		try {
			return await this.waitForExecution(executionId, patienceMs);
		} finally {
			await this.deleteWorkflow(workflowId);
		}
	}

	/** An execution as far as it has come. */
	async execution(id: string): Promise<ExecutionResult> {
		const { status, data } = await this.api.call<{ status: string; data: string }>(
			'GET',
			`/executions/${id}`,
		);
		return toExecutionResult({ status, data: parseFlatted(data) as IRun['data'] | undefined }, id);
	}

	/** @throws if the execution has not ended after `patienceMs` */
	async waitForExecution(id: string, patienceMs = PATIENCE_MS): Promise<ExecutionResult> {
		const deadline = Date.now() + patienceMs;
		while (Date.now() < deadline) {
			const result = await this.execution(id);
			if (!['new', 'running', 'waiting'].includes(result.status)) return result;
			await sleep(POLL_MS);
		}
		throw new Error(`Execution ${id} has not ended after ${patienceMs} ms`);
	}

	/** Stops an execution as the editor's Stop button does. */
	async stopExecution(id: string): Promise<void> {
		await this.api.call('POST', `/executions/${id}/stop`);
	}

	/** Saves the workflow and activates it, so that its triggers fire by themselves and its webhooks can be called. */
	async activate(workflow: Workflow): Promise<string> {
		const { id, versionId } = await this.createWorkflow(workflow);
		await this.api.call('POST', `/workflows/${id}/activate`, { versionId });
		for (const { type, parameters } of workflow.nodes) {
			if (type !== 'n8n-nodes-base.webhook') continue;
			await this.untilCalled(String(parameters.path), String(parameters.httpMethod ?? 'GET'));
		}
		return id;
	}

	/** n8n registers webhooks some time after it has activated their workflow. */
	private async untilCalled(path: string, method: string): Promise<void> {
		const deadline = Date.now() + PATIENCE_MS;
		while (Date.now() < deadline) {
			// A preflight request (CORS) runs nothing.
			const preflight = await fetchOnce(`${this.baseUrl}/webhook/${path}`, {
				method: 'OPTIONS',
				headers: { origin: this.baseUrl, 'access-control-request-method': method },
			});
			if (preflight.ok) return;
			await sleep(POLL_MS);
		}
		throw new Error(`The webhook ${method} ${path} is not registered after ${PATIENCE_MS} ms`);
	}

	async deactivate(workflowId: string): Promise<void> {
		await this.api.call('POST', `/workflows/${workflowId}/deactivate`, {});
	}

	/** Executions of one workflow, the newest first; at most 20. */
	async executions(workflowId: string): Promise<ExecutionSummary[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await this.api.call<{ results: ExecutionSummary[] }>(
			'GET',
			`/executions?filter=${filter}&limit=20`,
		);
		return results;
	}

	async createCredential(credential: CredentialData): Promise<{ id: string; name: string }> {
		const { id, name } = await this.api.call<{ id: string; name: string }>(
			'POST',
			'/credentials',
			credential,
		);
		return { id, name };
	}

	/** Tests a saved credential as the editor does when it is saved. */
	async testCredential(id: string, { name, type, data }: CredentialData): Promise<CredentialTest> {
		return await this.api.call<CredentialTest>('POST', '/credentials/test', {
			credentials: { id, name, type, data },
		});
	}
}

/** An n8n that this process has started. */
export class RunningN8n extends N8nClient {
	private readonly server: N8nServer;

	constructor(baseUrl: string, api: RestApi, n8nProcess: N8nProcess) {
		super(baseUrl, api);
		this.server = new N8nServer(n8nProcess);
	}

	/** What n8n has printed so far. */
	get log(): string {
		return this.server.log;
	}

	/** Resolves when the server has ended, for whatever reason, with its exit code. */
	get ended(): Promise<number | null> {
		return this.server.ended;
	}

	async stop(): Promise<void> {
		await this.server.stop();
	}

	/** Ends it as a crash does, or a kernel that is out of memory: without a last word to anybody. */
	async kill(): Promise<void> {
		await this.server.kill();
	}
}

export interface CredentialTest {
	status: 'OK' | 'Error';
	message: string;
}
