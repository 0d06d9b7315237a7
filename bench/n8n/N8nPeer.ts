import type { Workflow } from '../../scripts/n8n/Workflow.ts';
import type { Case } from '../Case.ts';
import type { Run } from '../measure/Run.ts';
import { figuresOf } from '../peers/figuresOf.ts';
import type { Load, Peer, PeerName } from '../peers/Peer.ts';
import type { N8nUnderTest } from './N8nUnderTest.ts';
import type { Setting } from './workflows.ts';

export interface N8nPeerOptions {
	name: PeerName;
	title: (concurrency: number) => string;
	share?: number;
	workflow: (setting: Setting) => Workflow;
}

/** A client that is a workflow in n8n. */
export class N8nPeer implements Peer {
	readonly name: PeerName;
	readonly title: (concurrency: number) => string;
	readonly share: number;
	private readonly workflow: (setting: Setting) => Workflow;
	private readonly n8n: N8nUnderTest;

	constructor(n8n: N8nUnderTest, { name, title, share = 1, workflow }: N8nPeerOptions) {
		this.n8n = n8n;
		this.name = name;
		this.title = title;
		this.share = share;
		this.workflow = workflow;
	}

	async run(load: Load): Promise<Run> {
		await this.warmUp(load);
		const { case: case_, items, server } = load;
		const origin = server.origins[case_.protocol];
		const workflow = this.workflow({ case: case_, origin, items });
		await server.reset();
		const report = await this.n8n.execute(workflow);
		const died = report ? report.error : 'n8n itself ended';
		if (!report?.reading || died !== undefined) {
			// What it left behind must not be the next client's burden.
			await this.n8n.stop();
			return { died: died ?? `The execution ended as "${report?.status}"` };
		}
		const { time, answered, reading, engineCalls } = report;
		const counts = await server.counts();
		return { figures: figuresOf({ items, time, answered, reading, counts, engineCalls }) };
	}

	/** Once for each start of n8n and kind of request. */
	private async warmUp({ case: case_, warmUp, server }: Load): Promise<void> {
		const key = `${this.name} ${case_.expressions}`;
		if (warmUp === 0 || this.n8n.warmedUp.has(key)) return;
		const items = Math.ceil(warmUp * this.share);
		const origin = server.origins[case_.protocol];
		const quick: Case = { ...case_, latency: '0', size: '1k' };
		await this.n8n.execute(this.workflow({ case: quick, origin, items }));
		this.n8n.warmedUp.add(key);
	}
}
