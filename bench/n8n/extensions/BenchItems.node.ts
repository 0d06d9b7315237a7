import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { Meter, sweep } from '../../measure/Meter.ts';
import { itemOf } from '../../peers/items.ts';
import { startProfile } from './profile.ts';
import { shared } from './shared.ts';

/** Emits the items of the benchmark and starts the measuring. */
export class BenchItems implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Items',
		name: 'benchItems',
		group: ['input'],
		version: 1,
		description: 'Emits numbered items',
		defaults: { name: 'Bench Items' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [{ displayName: 'Count', name: 'count', type: 'number', default: 1 }],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const count = this.getNodeParameter('count', 0) as number;
		const items = Array.from({ length: count }, (_, id) => ({ json: { ...itemOf(id) } }));
		shared.reading = undefined;
		shared.answered = 0;
		shared.engineCallsBefore = shared.engineCalls;
		if (!shared.isSwept) sweep();
		shared.isSwept = true;
		shared.meter = Meter.start();
		await startProfile();
		return [items];
	}
}
