import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { chartPainter } from './chart/ChartPainter';
import { customDataOf } from './customData';
import { endRun, type RunFacts, toChart, toSummary } from './toSummary';

/** Input items to which a summary is linked at most: n8n keeps each link with the execution. */
const MOST_LINKS = 1000;

/**
 * The item of the Summary output: the figures of a run as JSON, and over time as a picture. Also stores
 * some of them as the execution's custom data.
 */
export async function summaryItem(
	context: IExecuteFunctions,
	facts: RunFacts,
): Promise<INodeExecutionData> {
	const run = endRun(facts);
	try {
		context.customData.setAll(customDataOf(context.getNode().name, run));
	} catch (error) {
		// The run itself has succeeded; its responses must not be lost.
		context.logger.warn(`The execution’s custom data could not be stored: ${String(error)}`);
	}
	const item: INodeExecutionData = {
		json: toSummary(run),
		...(run.items <= MOST_LINKS && {
			pairedItem: Array.from({ length: run.items }, (_, item) => ({ item })),
		}),
	};
	try {
		const chart = await chartPainter.paint(toChart(run));
		const binary = await context.helpers.prepareBinaryData(chart, 'summary.png', 'image/png');
		return { ...item, binary: { chart: binary } };
	} catch (error) {
		// The figures are worth more than their picture, and the run itself has succeeded.
		context.logger.warn(`The chart of the summary could not be drawn: ${String(error)}`);
		return item;
	}
}
