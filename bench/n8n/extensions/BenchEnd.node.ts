import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { writeProfile } from './profile.ts';
import { shared } from './shared.ts';

/** Ends the measuring and checks what arrived. */
export class BenchEnd implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench End',
		name: 'benchEnd',
		group: ['output'],
		version: 1,
		description: 'Counts right answers',
		defaults: { name: 'Bench End' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		shared.reading = await shared.meter?.stop();
		shared.meter = undefined;
		await writeProfile();
		shared.answered = this.getInputData().filter(({ json }, index) => json.id === index).length;
		return [[]];
	}
}
