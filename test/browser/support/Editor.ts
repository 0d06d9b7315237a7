import type { Locator, Page } from 'playwright-core';
import { NodePanel } from './NodePanel.ts';

/** n8n's canvas in a page: what a person sees and does there. */
export class Editor {
	readonly page: Page;

	constructor(page: Page) {
		this.page = page;
	}

	/** An element by the name that n8n gives it for tests. */
	part(testId: string): Locator {
		return this.page.locator(`[data-test-id="${testId}"]`);
	}

	async openNew(): Promise<void> {
		await this.page.goto('/workflow/new');
		await this.part('canvas-plus-button').waitFor();
	}

	async open(workflowId: string): Promise<void> {
		await this.page.goto(`/workflow/${workflowId}`);
		await this.part('canvas-node').first().waitFor();
	}

	/** Opens the nodes panel of a new workflow. */
	async openNodesPanel(): Promise<void> {
		await this.part('canvas-plus-button').click();
	}

	async searchNodes(text: string): Promise<void> {
		await this.part('node-creator-search-bar').fill(text);
	}

	/** An entry of the nodes panel. */
	foundNode(displayName: string): Locator {
		const name = this.page.getByText(displayName, { exact: true });
		return this.part('node-creator-node-item').filter({ has: name });
	}

	/** What the nodes panel lists by this name: a node, a trigger or an action. */
	private listed(name: string): Locator {
		return this.part('node-creator').getByText(name, { exact: true });
	}

	/** Begins a workflow on the blank canvas with a trigger, such as `Trigger manually`. */
	async addFirstStep(trigger: string): Promise<void> {
		await this.openNew();
		await this.openNodesPanel();
		await this.listed(trigger).click();
		await this.part('canvas-node').waitFor();
	}

	/**
	 * Adds a node behind the last output that leads nowhere, and opens it.
	 *
	 * @param action one of those that n8n lists for the node, if it lists any
	 */
	async addNode(displayName: string, action?: string): Promise<NodePanel> {
		await this.part('canvas-handle-plus').last().click();
		await this.searchNodes(displayName);
		await this.listed(displayName).click();
		if (action) await this.listed(action).click();
		// n8n introduces nodes that are not its own.
		const add = this.page.getByRole('button', { name: 'Add to workflow' });
		const panel = new NodePanel(this);
		await add.or(panel.parameters).first().waitFor();
		if (await add.isVisible()) await add.click();
		return await this.openedPanel();
	}

	/** A node on the canvas. */
	node(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** A connection on the canvas is labelled with it, once it has been run. */
	connectionLabel(text: string): Locator {
		return this.part('edge-label').getByText(text, { exact: true });
	}

	/** A node that ended well has it. */
	successOf(name: string): Locator {
		return this.node(name).locator('[data-test-id="canvas-node-status-success"]');
	}

	/** A message in the corner. */
	message(text: string): Locator {
		return this.page.getByRole('alert').filter({ hasText: text });
	}

	/** Closes the messages in the corner. */
	async dismissMessages(): Promise<void> {
		const close = this.page.locator('.el-notification__closeBtn');
		for (const button of await close.all()) await button.click();
		await close.first().waitFor({ state: 'detached' });
	}

	/** Starts the workflow from its trigger. */
	async execute(): Promise<void> {
		await this.part('execute-workflow-button').click();
	}

	async openNode(name: string): Promise<NodePanel> {
		await this.node(name).dblclick();
		return await this.openedPanel();
	}

	/** The panel that n8n has opened by itself. */
	async openedPanel(): Promise<NodePanel> {
		const panel = new NodePanel(this);
		await panel.parameters.waitFor();
		return panel;
	}

	async screenshot(path: string): Promise<void> {
		// The expression editor's tooltips, empty, are a white spot in the corner of the page.
		const style = '#cm-tooltip-container { visibility: hidden; }';
		await this.page.screenshot({ path, animations: 'disabled', style });
	}
}
