import type { INodeProperties } from 'n8n-workflow';

/** Bounds what a response takes of n8n's memory. */
export const maxResponseSize: INodeProperties = {
	displayName: 'Max Response Size (MB)',
	name: 'maxResponseSize',
	type: 'number',
	typeOptions: { minValue: 0.001, maxValue: 512 },
	default: 64,
	description:
		'Megabytes that a response may have after decompression, for example 200 for a large export. A larger one fails its item, so that it cannot take all memory of n8n. A file is stored while it arrives and may have any size. Without this option it is 64.',
};
