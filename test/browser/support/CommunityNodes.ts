import type { Locator } from 'playwright-core';
import type { Editor } from './Editor.ts';

/** Settings > Community Nodes: what a person sees and does there. */
export class CommunityNodes {
	private readonly editor: Editor;

	constructor(editor: Editor) {
		this.editor = editor;
	}

	async open(): Promise<void> {
		await this.editor.page.goto('/settings/community-nodes');
		await this.openDialogButton.waitFor();
	}

	private get openDialogButton(): Locator {
		return this.editor.page.getByRole('button', { name: /^Install( a community node)?$/ });
	}

	/** An installed package in the list. */
	card(packageName: string): Locator {
		return this.editor.part('community-package-card').filter({ hasText: packageName });
	}

	/** The button of the dialog that installs. */
	get installButton(): Locator {
		return this.editor.part('install-community-package-button');
	}

	/** Opens the dialog and enters a name. */
	async enterName(packageName: string): Promise<void> {
		await this.openDialogButton.click();
		await this.editor.page.locator('input[name="packageNameInput"]').fill(packageName);
	}

	async acceptRisk(): Promise<void> {
		// Beside the words is a link.
		await this.editor.page.getByText('I understand the risks').click();
	}

	/** Installs a package by its name, by the dialog. */
	async install(packageName: string): Promise<void> {
		await this.enterName(packageName);
		await this.acceptRisk();
		await this.installButton.click();
		await this.editor.message('Package installed').waitFor();
	}

	/** Updates a package to the newest version. */
	async update(packageName: string): Promise<void> {
		await this.card(packageName).getByRole('button', { name: 'Update' }).click();
		await this.editor.page.getByRole('button', { name: 'Confirm update' }).click();
		await this.editor.message('Package updated').waitFor();
	}

	async uninstall(packageName: string): Promise<void> {
		await this.card(packageName).locator('[data-test-id="action-toggle"]').click();
		const action = this.editor.page.locator('[data-test-id="action-uninstall"]:visible');
		await action.click();
		await this.editor.page.getByRole('button', { name: 'Confirm uninstall' }).click();
		await this.editor.message('Package uninstalled').waitFor();
	}
}
