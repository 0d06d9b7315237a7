import { readFile } from 'node:fs/promises';
import type { IConnections, INode, IPinData, IWorkflowSettings } from 'n8n-workflow';

/** A workflow as n8n exports it; what it fills in itself may be left out. */
export interface Workflow {
	id?: string | undefined;
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
	pinData?: IPinData;
	active?: boolean;
	/** By their names. */
	tags?: ReadonlyArray<{ readonly name: string }>;
	meta?: Record<string, unknown>;
}

export async function readWorkflow(file: string): Promise<Workflow> {
	return JSON.parse(await readFile(file, 'utf8')) as Workflow;
}

/**
 * The node that a run by hand starts from.
 * @throws if the workflow has no trigger
 */
export function triggerOf({ name, nodes }: Workflow): INode {
	const triggers = nodes.filter(({ type, disabled }) => !disabled && /trigger$/i.test(type));
	const trigger = triggers.find(({ type }) => type.endsWith('.manualTrigger')) ?? triggers[0];
	if (!trigger) throw new Error(`Workflow "${name}" has no trigger node`);
	return trigger;
}
