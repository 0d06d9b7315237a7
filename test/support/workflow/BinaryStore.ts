import './environment.ts';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { BinaryDataConfig, BinaryDataService, ErrorReporter } from 'n8n-core';
import type { IBinaryData } from 'n8n-workflow';

/**
 * n8n's binary data in a folder of its own, as a server keeps it by default. Without one, n8n-core
 * holds binaries in the items.
 */
export class BinaryStore {
	private readonly folder: string;
	private readonly service: BinaryDataService;
	private readonly before: BinaryDataService;

	static async open(): Promise<BinaryStore> {
		const folder = await mkdtemp(join(tmpdir(), 'binaries-'));
		const config = Object.assign(
			Object.create(Container.get(BinaryDataConfig)) as BinaryDataConfig,
			{
				...{ mode: 'filesystem', localStoragePath: folder },
			},
		);
		const service = new BinaryDataService(
			...([config, Container.get(ErrorReporter), Container.get(Logger)] as const),
		);
		await service.init();
		return new BinaryStore(folder, service);
	}

	private constructor(folder: string, service: BinaryDataService) {
		this.folder = folder;
		this.service = service;
		this.before = Container.get(BinaryDataService);
		Container.set(BinaryDataService, service);
	}

	/** A binary as the node before would hand it on. */
	async put(
		content: Buffer | Readable,
		{ fileName = 'a.bin', mimeType = 'application/octet-stream' } = {},
	): Promise<IBinaryData> {
		const location = { type: 'execution', workflowId: 'before', executionId: '1' } as const;
		return await this.service.store(location, content, { fileName, mimeType, data: '' });
	}

	async stream(data: IBinaryData): Promise<Readable> {
		return await this.service.getAsStream(data.id ?? '');
	}

	async read(data: IBinaryData): Promise<Buffer> {
		return await this.service.getAsBuffer(data);
	}

	async delete(data: IBinaryData): Promise<void> {
		await this.service.deleteManyByBinaryDataId([data.id ?? '']);
	}

	/** Everything in the store, half written files included, without n8n's notes on each file. */
	async files(): Promise<string[]> {
		const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
		return entries
			.filter((entry) => entry.isFile() && !entry.name.endsWith('.metadata'))
			.map(({ name }) => name)
			.sort();
	}

	/** Deletes the folder; binaries stand in the items again. */
	async close(): Promise<void> {
		Container.set(BinaryDataService, this.before);
		await rm(this.folder, { recursive: true, force: true });
	}
}
