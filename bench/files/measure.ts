/**
 * Moves files through the node in this process, with n8n-core and its file store, and prints what
 * it took as one line of JSON. Arguments: the server's origin, files, bytes of each, in flight.
 */
import { BinaryStore } from '../../test/support/workflow/BinaryStore.ts';
import { sendItems } from '../../test/support/workflow/sendItems.ts';
import type { SendResult } from '../../test/support/workflow/sendItems.ts';
import { numbered } from '../../test/support/workflow/runWorkflow.ts';
import type { IBinaryData, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { Meter } from '../measure/Meter.ts';
import { contentOf, sha256 } from './content.ts';

/** What moving the files in one direction took. */
export interface Measured {
	direction: string;
	seconds: number;
	/** Of this process: before, and at the most. */
	memoryBefore: number;
	memoryPeak: number | undefined;
	wrongChecksums: number;
}

const [origin = '', ...figures] = process.argv.slice(2);
const [files = 0, bytes = 0, inFlight = 0] = figures.map(Number);

let store: BinaryStore;

async function measure(): Promise<void> {
	store = await BinaryStore.open();
	try {
		// What is loaded at the first use is no part of what files take.
		await download(1, 1000);
		await upload(1, 1000);
		const results = [
			await measured('download', () => download(files, bytes), wrongDownloads),
			await measured('upload', () => upload(files, bytes), wrongUploads),
		];
		console.log(JSON.stringify(results));
	} finally {
		await store.close();
	}
}

async function measured(
	direction: string,
	move: () => Promise<INodeExecutionData[]>,
	countWrong: (items: INodeExecutionData[]) => Promise<number>,
): Promise<Measured> {
	const meter = Meter.start();
	const start = performance.now();
	const items = await move();
	const seconds = (performance.now() - start) / 1000;
	const { memoryBefore, memoryPeak } = await meter.stop();
	const wrongChecksums = await countWrong(items);
	return { direction, seconds, memoryBefore, memoryPeak, wrongChecksums };
}

async function send(parameters: INodeParameters, items: INodeExecutionData[]) {
	const result: SendResult = await sendItems(
		{ maxConcurrency: inFlight, ...parameters },
		{ items },
	);
	if (result.error) throw result.error;
	return result.items;
}

async function download(count: number, size: number): Promise<INodeExecutionData[]> {
	const url = `=${origin}/{{ $json.id }}?bytes=${size}`;
	return await send({ url }, numbered(count));
}

/** One file of the store serves all items: each reads it for itself. */
async function upload(count: number, size: number): Promise<INodeExecutionData[]> {
	const data = await store.put(Buffer.concat([...contentOf(1, size)]));
	return await send(
		{
			...{ method: 'PUT', url: origin, sendBody: true, contentType: 'binaryData' },
			inputDataFieldName: 'data',
		},
		numbered(count).map((item) => ({ ...item, binary: { data } })),
	);
}

async function wrongDownloads(items: INodeExecutionData[]): Promise<number> {
	let wrong = files - items.length;
	for (const [id, { binary }] of items.entries()) {
		const stored = await store.stream(binary?.data as IBinaryData);
		const same = (await sha256(stored)) === (await sha256(contentOf(id, bytes)));
		if (!same) wrong++;
	}
	return wrong;
}

async function wrongUploads(items: INodeExecutionData[]): Promise<number> {
	const expected = await sha256(contentOf(1, bytes));
	const right = items.filter(({ json }) => json.checksum === expected);
	return files - right.length;
}

// Not awaited: the program is bundled as CommonJS, which n8n-core is.
measure().then(
	() => process.exit(),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
