import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IRun } from 'n8n-workflow';
import { hasEnded, stopChild } from '../lib/children.ts';
import { hashOf, readIfThere, writeWhole } from '../lib/files.ts';
import { isAlive, withLock } from '../lib/lock.ts';
import { fetchOnce } from '../lib/http.ts';
import { PlainError } from '../lib/PlainError.ts';
import { freePort } from '../lib/ports.ts';
import { pack } from '../pack.ts';
import type { PackedPackage } from '../pack.ts';
import { localFolder, projectFolder } from '../paths.ts';
import { findJsonObject } from './cliOutput.ts';
import { runN8n, startN8n } from './command.ts';
import type { CommandOptions, N8nProcess } from './command.ts';
import { n8nEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { toExecutionResult } from './ExecutionResult.ts';
import type { ExecutionResult } from './ExecutionResult.ts';
import { installPackage, removePackages } from './installPackage.ts';
import { N8nServer } from './N8nServer.ts';
import { owner, RestApi, RestError } from './RestApi.ts';
import { RunningN8n } from './RunningN8n.ts';
import type { CredentialData } from './RunningN8n.ts';
import { ensureRuntime } from './runtime.ts';
import type { N8nRuntime } from './runtime.ts';
import { readWorkflow } from './Workflow.ts';
import type { Workflow } from './Workflow.ts';

export interface InstanceOptions {
	/** Names the user folder; two processes must not use the same at once. */
	name: string;
	/** Environment variables for n8n, beyond those that make it local and quiet. */
	env?: Environment;
	/** Begins with an empty database. */
	fresh?: boolean;
	/** Begins with a copy of the database of another, which must not be running. */
	copyOf?: N8nInstance;
	/** Installs this package in it, or no package, or leaves it as it was before; true unless told. */
	withPackage?: boolean | 'as before';
}

export interface StartOptions {
	/** A free one unless told. */
	port?: number;
}

const START_PATIENCE_MS = 180_000;
const POLL_MS = 200;

/**
 * A real n8n with a user folder of its own, .n8n/instances/<name>, and this package installed in
 * it from its tarball. Builds, packs, and installs n8n itself if need be.
 */
export async function createInstance(options: InstanceOptions): Promise<N8nInstance> {
	const { name, env = {}, fresh = false, copyOf, withPackage = true } = options;
	const runtime = await ensureRuntime();
	const packed = await pack();
	const folder = join(runtime.instancesFolder, name);
	const n8nFolder = join(folder, '.n8n');
	await mkdir(n8nFolder, { recursive: true });
	for (const suffix of fresh || copyOf ? ['', '-wal', '-shm'] : []) {
		const file = `.n8n/database.sqlite${suffix}`;
		await rm(join(folder, file), { force: true });
		// What n8n's commands have written stays in the write-ahead log.
		const source = copyOf && join(copyOf.folder, file);
		if (source && existsSync(source)) await copyFile(source, join(folder, file));
	}
	await withLock(join(localFolder, 'locks', `instance-${name}`), async () => {
		if (withPackage === 'as before') return;
		await (withPackage
			? installPackage(n8nFolder, packed, join(folder, 'npm-install.log'))
			: removePackages(n8nFolder));
	});
	return new N8nInstance(name, folder, runtime, packed, env);
}

export class N8nInstance {
	readonly name: string;
	/** n8n's user folder. */
	readonly folder: string;
	readonly runtime: N8nRuntime;
	/** What is installed in it. */
	readonly packed: PackedPackage;
	private readonly env: Environment;

	constructor(
		name: string,
		folder: string,
		runtime: N8nRuntime,
		packed: PackedPackage,
		env: Environment,
	) {
		this.name = name;
		this.folder = folder;
		this.runtime = runtime;
		this.packed = packed;
		this.env = env;
	}

	/**
	 * Imports a workflow from a file or an object with n8n's command; replaces one of the same id.
	 * @returns its id, made from its name if it has none
	 */
	async importWorkflow(workflow: string | Workflow): Promise<string> {
		const read = typeof workflow === 'string' ? await readWorkflow(workflow) : workflow;
		const id = read.id ?? hashOf(read.name).slice(0, 16);
		await this.importJson('import:workflow', [{ active: false, settings: {}, ...read, id }]);
		return id;
	}

	/** Imports credentials with their secrets in plain text; n8n encrypts them. */
	async importCredentials(credentials: (CredentialData & { id: string })[]): Promise<void> {
		await this.importJson('import:credentials', credentials);
	}

	/** Runs a workflow with `n8n execute`. A failed execution is a result too. */
	async execute(workflowId: string): Promise<ExecutionResult> {
		const args = ['execute', `--id=${workflowId}`, '--rawOutput'];
		const { stdout, log } = await runN8n(args, await this.command('execute'));
		const run = findJsonObject(stdout, 'data') as IRun | undefined;
		if (run) return toExecutionResult(run);
		throw new PlainError(`n8n did not execute workflow ${workflowId}:\n${tail(log)}`);
	}

	/** Starts the server and waits until it is ready, with its owner signed in. */
	async start({ port }: StartOptions = {}): Promise<RunningN8n> {
		await this.assertNotRunning();
		const listenOn = port ?? (await freePort());
		const baseUrl = `http://127.0.0.1:${listenOn}`;
		const own = { N8N_PORT: String(listenOn), N8N_EDITOR_BASE_URL: `http://localhost:${listenOn}` };
		const n8nProcess = startN8n(['start'], await this.command('n8n', own));
		try {
			await until(() => isReady(baseUrl), n8nProcess);
			const api = new RestApi(baseUrl);
			await api.signIn().catch((error: unknown) => {
				const isRefused = error instanceof RestError && error.status === 401;
				throw isRefused ? this.refusedLogin(error) : error;
			});
			await writeWhole(this.runningFile, JSON.stringify({ pid: n8nProcess.child.pid, baseUrl }));
			return new RunningN8n(baseUrl, api, n8nProcess);
		} catch (error) {
			await stopChild(n8nProcess.child);
			throw error;
		}
	}

	/**
	 * Starts a worker of queue mode, and waits until it takes jobs.
	 * @param concurrency executions at a time
	 */
	async startWorker(concurrency: number): Promise<N8nServer> {
		const port = await freePort();
		const own = {
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: String(port),
			N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
		};
		const args = ['worker', `--concurrency=${concurrency}`];
		const n8nProcess = startN8n(args, await this.command('worker', own));
		try {
			await until(() => isHealthy(`http://127.0.0.1:${port}`), n8nProcess);
			return new N8nServer(n8nProcess);
		} catch (error) {
			await stopChild(n8nProcess.child);
			throw error;
		}
	}

	/** Two servers on one database would trip over each other. */
	private async assertNotRunning(): Promise<void> {
		const text = await readIfThere(this.runningFile);
		if (!text) return;
		const { pid, baseUrl } = JSON.parse(text) as { pid: number; baseUrl: string };
		// Both, because a process id or a port alone may belong to something else by now.
		if (isAlive(pid) && (await isReady(baseUrl))) {
			throw new PlainError(`The n8n "${this.name}" is running already: ${baseUrl}`);
		}
	}

	/** A user of the editor may have changed the password that scripts sign in with. */
	private refusedLogin(cause: RestError): PlainError {
		const folder = relative(projectFolder, this.folder);
		return new PlainError(
			`n8n refused the login of ${owner.email}. If its password was changed, delete ${folder} with all its workflows to begin anew.`,
			{ cause },
		);
	}

	private get runningFile(): string {
		return join(this.folder, 'running.json');
	}

	private async importJson(command: string, objects: object[]): Promise<void> {
		const file = join(this.folder, 'import.json');
		await writeFile(file, JSON.stringify(objects), { mode: 0o600 });
		try {
			const args = [command, `--input=${file}`];
			const { code, stdout, log } = await runN8n(args, await this.command('import'));
			if (code === 0 && stdout.includes('Successfully imported')) return;
			throw new PlainError(`n8n ${command} failed:\n${tail(log)}`);
		} finally {
			await rm(file);
		}
	}

	private async command(logName: string, env: Environment = {}): Promise<CommandOptions> {
		return {
			runtime: this.runtime,
			env: await n8nEnvironment(this.runtime, this.folder, { ...env, ...this.env }),
			folder: this.folder,
			logFile: join(this.folder, `${logName}.log`),
		};
	}
}

/** Waits until n8n is ready. */
async function until(ready: () => Promise<boolean>, n8nProcess: N8nProcess): Promise<void> {
	const deadline = Date.now() + START_PATIENCE_MS;
	while (Date.now() < deadline) {
		if (hasEnded(n8nProcess.child))
			throw new PlainError(`n8n ended while starting:\n${tail(n8nProcess.log)}`);
		if (await ready()) return;
		await sleep(POLL_MS);
	}
	throw new PlainError(
		`n8n was not ready after ${START_PATIENCE_MS / 1000} s:\n${tail(n8nProcess.log)}`,
	);
}

/** Whether a main has migrated its database and responds to requests. */
export async function isReady(baseUrl: string): Promise<boolean> {
	if (!(await isHealthy(baseUrl))) return false;
	try {
		// Health is reported some time before the REST API is there.
		const settings = await fetchOnce(`${baseUrl}/rest/settings`);
		await settings.text();
		return settings.ok && (settings.headers.get('content-type') ?? '').includes('json');
	} catch {
		return false; // not listening yet
	}
}

async function isHealthy(baseUrl: string): Promise<boolean> {
	try {
		const readiness = await fetchOnce(`${baseUrl}/healthz/readiness`);
		await readiness.text();
		return readiness.ok;
	} catch {
		return false; // not listening yet
	}
}

function tail(log: string): string {
	return log.trimEnd().split('\n').slice(-20).join('\n');
}
