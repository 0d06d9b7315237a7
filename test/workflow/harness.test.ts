/** The harness itself, on a throwaway node: what other tests rely on when they see nothing wrong. */
import { numbered, runWorkflow } from '../support/workflow/runWorkflow.ts';
import type { RunOptions } from '../support/workflow/runWorkflow.ts';
import { useExpressionEngine } from '../support/workflow/expressionEngine.ts';
import type { IDataObject, IExecuteFunctions, INodeType } from 'n8n-workflow';
import { Expression, NodeApiError } from 'n8n-workflow';

type Execute = (this: IExecuteFunctions) => Promise<IDataObject[]>;

/** A workflow of one node that does the given, and one that asks for the paired item. */
function workflowOf(execute: Execute, parameters: IDataObject = {}): RunOptions {
	const probe: INodeType = {
		description: {
			...{ name: 'probe', displayName: 'Probe', description: '', group: ['transform'] },
			...{ version: 1, defaults: {}, inputs: ['main'], outputs: ['main'] },
			credentials: [{ name: 'httpHeaderAuth' }],
			properties: [{ name: 'text', displayName: 'Text', type: 'string', default: 'default' }],
		},
		async execute() {
			const output = await execute.call(this);
			return [output.map((json, item) => ({ json, pairedItem: item }))];
		},
	};
	return {
		types: { 'test.probe': probe },
		nodes: [
			{ name: 'Probe', type: 'test.probe', parameters: parameters as never },
			{
				name: 'Pair',
				type: 'test.evaluate',
				parameters: { value: "={{ $('Start').item.json.id }}" },
			},
		],
		items: numbered(3),
	};
}

const jsonOf = (items: Array<{ json: IDataObject }>) => items.map(({ json }) => json);

describe('runWorkflow', () => {
	it.each(['legacy', 'vm'] as const)(
		'evaluates expressions per item (%s engine)',
		async (engine) => {
			await useExpressionEngine(engine);
			expect(Expression.getActiveImplementation()).toBe(engine);
			const execute: Execute = async function () {
				return this.getInputData().map((_, item) => ({
					text: this.getNodeParameter('text', item),
				}));
			};
			const text = '={{ $json.id * 2 }} {{ $itemIndex }} {{ $now.isValid }}';
			const result = await runWorkflow(workflowOf(execute, { text }));
			await useExpressionEngine('legacy');

			expect(result).toMatchObject({ status: 'success', error: undefined });
			const texts = jsonOf(result.items('Probe')).map((json) => json.text);
			expect(texts).toEqual(['0 0 true', '2 1 true', '4 2 true']);
			expect(jsonOf(result.items('Pair'))).toEqual([{ value: 0 }, { value: 1 }, { value: 2 }]);
		},
	);

	it('fills in the defaults of parameters', async () => {
		const result = await runWorkflow(
			workflowOf(async function () {
				return [{ text: this.getNodeParameter('text', 0) }];
			}),
		);
		expect(jsonOf(result.items('Probe'))).toEqual([{ text: 'default' }]);
	});

	it('gives credentials, with their expressions resolved per item', async () => {
		const result = await runWorkflow({
			...workflowOf(async function () {
				return [await this.getCredentials('httpHeaderAuth', 2)];
			}),
			credentials: { httpHeaderAuth: { name: 'x-id', value: '={{ $json.id }}' } },
		});
		expect(jsonOf(result.items('Probe'))).toEqual([{ name: 'x-id', value: 2 }]);
	});

	it('refuses credentials that the node does not name, or has none of', async () => {
		const asking = (type: string) =>
			workflowOf(async function () {
				return [await this.getCredentials(type, 0)];
			});
		const undescribed = await runWorkflow({
			...asking('httpBasicAuth'),
			credentials: { httpBasicAuth: {} },
		});
		expect(undescribed.error?.message).toMatch(/does not have any credentials of type/);
		const missing = await runWorkflow(asking('httpHeaderAuth'));
		expect(missing.error?.message).toBe('Node does not require credentials');
	});

	it('sets the environment while it runs, and restores it', async () => {
		const execute: Execute = async () => [{ proxy: process.env.HTTP_PROXY ?? null }];
		const env = { HTTP_PROXY: 'http://proxy.test' };
		const result = await runWorkflow({ ...workflowOf(execute), env });
		expect(jsonOf(result.items('Probe'))).toEqual([{ proxy: 'http://proxy.test' }]);
		expect(process.env.HTTP_PROXY).toBeUndefined();
	});

	it('has SSRF protection off, or on with the given rules', async () => {
		const execute: Execute = async function () {
			const filter = this.helpers.getSecureEgressFilter();
			const urls = ['http://127.0.0.1/', 'http://10.1.2.3/'];
			return await Promise.all(
				urls.map(async (url) => ({ ok: (await filter.validateUrl(url)).ok })),
			);
		};
		const allowed = async (egress: RunOptions['egress']) => {
			const result = await runWorkflow({ ...workflowOf(execute), egress });
			return jsonOf(result.items('Probe')).map(({ ok }) => ok);
		};
		expect(await allowed({})).toEqual([false, false]);
		expect(await allowed({ allowedIpRanges: ['127.0.0.0/8'] })).toEqual([true, false]);
		expect(await allowed(undefined)).toEqual([true, true]);
	});

	it('reports the error that stopped it, and does not run what follows', async () => {
		const result = await runWorkflow(
			workflowOf(async function () {
				throw new NodeApiError(this.getNode(), { message: 'no' }, { message: 'bad', itemIndex: 1 });
			}),
		);
		expect(result.status).toBe('error');
		expect(result.error).toMatchObject({
			name: 'NodeApiError',
			message: 'bad',
			context: { itemIndex: 1 },
		});
		expect(result.ran('Pair')).toBe(false);
	});

	it('gives the hints of a node', async () => {
		const result = await runWorkflow(
			workflowOf(async function () {
				this.addExecutionHints({ message: 'look' });
				return [{}];
			}),
		);
		expect(result.hints('Probe')).toEqual([{ message: 'look' }]);
	});

	it('stops like the Stop button', async () => {
		const controller = new AbortController();
		const result = await runWorkflow({
			...workflowOf(async function () {
				const signal = this.getExecutionCancelSignal();
				const aborted = new Promise((resolve) => signal?.addEventListener('abort', resolve));
				controller.abort();
				await aborted;
				return [{}];
			}),
			signal: controller.signal,
		});
		expect(result.status).toBe('canceled');
		expect(result.ran('Pair')).toBe(false);
	});

	it('keeps binary data in memory', async () => {
		const result = await runWorkflow(
			workflowOf(async function () {
				const file = await this.helpers.prepareBinaryData(Buffer.from('hi'), 'a.txt', 'text/plain');
				return [{ ...file }];
			}),
		);
		expect(result.items('Probe')[0]?.json).toMatchObject({ fileName: 'a.txt', data: btoa('hi') });
	});
});
