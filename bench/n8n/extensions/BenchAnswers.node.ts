import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { answerText } from '../../server/answers.ts';
import type { AnswerSize } from '../../server/answers.ts';

/**
 * Stands where the measured node stands and emits what that would, without a request: what n8n
 * needs for the items themselves.
 */
export class BenchAnswers implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Bench Answers',
		name: 'benchAnswers',
		group: ['transform'],
		version: 1,
		description: 'Emits an answer for each item',
		defaults: { name: 'Bench Answers' },
		inputs: ['main'],
		outputs: ['main'],
		properties: [{ displayName: 'Size', name: 'size', type: 'string', default: '1k' }],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const size = this.getNodeParameter('size', 0) as AnswerSize;
		const answers = this.getInputData().map(({ json: { id } }, item) => ({
			json: JSON.parse(answerText(size, Number(id))) as IDataObject,
			pairedItem: { item },
		}));
		return [answers];
	}
}
