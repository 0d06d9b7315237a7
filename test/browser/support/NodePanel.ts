import type { Locator } from 'playwright-core';
import type { Editor } from './Editor.ts';

/** The panel of one node: its parameters in the middle, its output at the right. */
export class NodePanel {
	readonly parameters: Locator;
	readonly output: Locator;
	private readonly editor: Editor;

	constructor(editor: Editor) {
		this.editor = editor;
		this.parameters = editor.part('node-parameters');
		this.output = editor.part('output-panel');
	}

	/** Names of the parameters shown, and what they are called, from top to bottom. */
	async shownParameters(): Promise<Array<[name: string, label: string]>> {
		const labels = await this.parameters.locator('label[for]:visible').all();
		return await Promise.all(
			labels.map(async (label): Promise<[string, string]> => {
				const [text = ''] = (await label.innerText()).split('\n');
				return [(await label.getAttribute('for')) ?? '', text.trim()];
			}),
		);
	}

	/** Labels whose end is not shown, for want of room. */
	async cutOffLabels(within = this.parameters): Promise<string[]> {
		const texts = within.locator('label span:visible');
		return await texts.evaluateAll((elements) =>
			(
				elements as unknown as Array<
					Record<'clientWidth' | 'scrollWidth', number> & { innerText: string }
				>
			)
				.filter(({ clientWidth, scrollWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
				.map(({ innerText }) => innerText),
		);
	}

	/** The field of a parameter. */
	field(name: string): Locator {
		return this.editor.part(`parameter-input-${name}`).locator('input');
	}

	/** Fields for credentials. */
	get credentialFields(): Locator {
		return this.parameters.locator('[data-test-id="node-credentials-slot"]:visible');
	}

	/** Takes the request over from a command line. */
	async importCurl(command: string): Promise<void> {
		await this.parameters.getByRole('button', { name: 'Import cURL' }).click();
		const input = this.editor.part('import-curl-modal-input');
		await input.fill(command);
		await this.editor.part('import-curl-modal-button').click();
		await input.waitFor({ state: 'hidden' });
	}

	async choose(name: string, option: string): Promise<void> {
		await this.field(name).click();
		await this.option(option).click();
	}

	async switchOn(name: string): Promise<void> {
		await this.editor.part(`parameter-input-${name}`).locator('.el-switch').click();
	}

	/** Presses the button of a group such as Retry. */
	async addGroup(name: string): Promise<void> {
		const group = this.editor.part(`fixed-collection-${name}`);
		await group.locator('[data-test-id="fixed-collection-add"]').click();
	}

	/** Adds one of the settings that a collection such as Output or Options offers. */
	async addTo(collection: 'output' | 'options', setting: string): Promise<void> {
		const buttons = this.editor.part('collection-parameter-add');
		await (collection === 'options' ? buttons.last() : buttons.first()).click();
		const offered = this.editor.page.locator(
			'[data-test-id="collection-parameter-option"]:visible',
		);
		await offered.getByText(setting, { exact: true }).click();
	}

	/** Chooses in the tab Settings what happens to items that fail. */
	async onError(choice: string): Promise<void> {
		await this.editor.page.getByText('Settings', { exact: true }).first().click();
		await this.field('onError').click();
		const offered = this.editor.page.locator('[role=option]:visible');
		await offered.filter({ hasText: choice }).click();
	}

	async showAs(view: 'schema' | 'table' | 'json'): Promise<void> {
		await this.output.locator(`[data-test-id="radio-button-${view}"]`).click();
	}

	/** One of several outputs in the output pane, such as `Error Branch (1 item)`. */
	outputTab(text: string): Locator {
		return this.output.getByText(text, { exact: true });
	}

	/** An entry of the list that is open. */
	option(name: string): Locator {
		return this.editor.page.locator('[role=option]:visible').getByText(name, { exact: true });
	}

	/**
	 * Switches a parameter to an expression, and enters it.
	 * @param preview its value for the first item, shown once n8n has taken the expression over
	 */
	async enterExpression(name: string, template: string, preview: string): Promise<void> {
		const label = this.parameters.locator(`label[for="${name}"]`);
		await label.hover();
		await label.getByRole('radio', { name: 'Expression' }).click();
		const content = this.editor.part(`parameter-input-${name}`).locator('.cm-content');
		await content.fill(template);
		const shown = this.editor.part(`parameter-expression-preview-${name}`);
		await shown.getByText(preview, { exact: true }).waitFor();
	}

	/** Replaces the code of a Code node. */
	async enterCode(code: string): Promise<void> {
		await this.editor.part('parameter-input-jsCode').locator('.cm-content').fill(code);
	}

	/**
	 * Runs the workflow up to this node, for items to try expressions on.
	 * @param items how many it gets, such as `20 items`
	 */
	async executePrevious(items: string): Promise<void> {
		await this.editor.part('execute-previous-node').click();
		await this.editor.part('ndv-input-panel').getByText(items, { exact: true }).waitFor();
	}

	/** Runs the workflow as far as this node. */
	async execute(): Promise<void> {
		await this.editor.part('node-execute-button').click();
	}

	async close(): Promise<void> {
		await this.editor.part('ndv-close-button').click();
		await this.parameters.waitFor({ state: 'hidden' });
	}

	/** What the output pane says of the run, with the text. */
	hint(text: string | RegExp): Locator {
		return this.output.locator('[data-test-id="node-hint"]').getByText(text);
	}

	/** The error in the output pane. */
	get error(): Locator {
		return this.output.locator('[data-test-id="node-error-message"]');
	}

	get errorDescription(): Locator {
		return this.output.locator('[data-test-id="node-error-description"]');
	}
}
