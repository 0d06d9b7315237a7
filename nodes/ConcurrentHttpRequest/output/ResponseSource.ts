import type { INodeExecutionData } from 'n8n-workflow';

/** What a response belongs to. */
export interface ResponseSource {
	readonly itemIndex: number;
	/** The input item; a file is added to its fields and binaries. */
	readonly item: INodeExecutionData;
}
