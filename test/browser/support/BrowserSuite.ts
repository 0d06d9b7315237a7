import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext } from 'playwright-core';
import { createInstance } from '../../../scripts/n8n/instance.ts';
import type { InstanceOptions } from '../../../scripts/n8n/instance.ts';
import type { RunningN8n } from '../../../scripts/n8n/RunningN8n.ts';
import type { Workflow } from '../../../scripts/n8n/Workflow.ts';
import { logFolder, projectFolder } from '../../../scripts/paths.ts';
import { TestServer } from '../../support/TestServer.ts';
import { launchChromium, signIn } from './browser.ts';
import { Editor } from './Editor.ts';

/** Whether the pictures of the documentation are to be taken again. */
export const updatesImages = process.env.UPDATE_IMAGES === '1';

/**
 * What the tests of a file share: an n8n, a browser that is signed in, and a server to send to. If a test
 * fails, what its page showed is in .n8n/logs/browser/.
 */
export class BrowserSuite {
	server!: TestServer;
	n8n!: RunningN8n;
	private browser: Browser | undefined;
	private context!: BrowserContext;

	/**
	 * @param name of the instance of n8n, no other file's
	 * @param settings of this instance, called before it is created
	 */
	constructor(name: string, settings?: () => Promise<Partial<InstanceOptions>>) {
		beforeAll(async () => {
			this.server = await TestServer.start();
			const instance = await createInstance({ name, fresh: true, ...(await settings?.()) });
			this.n8n = await instance.start();
			this.browser = await launchChromium();
			const origin = this.n8n.baseUrl.replace('127.0.0.1', 'localhost');
			this.context = await signIn(this.browser, origin);
		});
		afterAll(async () => {
			await this.browser?.close();
			await this.n8n?.stop();
			await this.server?.close();
		});
		beforeEach(() => this.server.reset());
	}

	/** A test with a page of its own. */
	inEditor(name: string, test: (editor: Editor) => Promise<void>): void {
		it(name, async () => {
			const editor = new Editor(await this.context.newPage());
			try {
				await test(editor);
			} catch (error) {
				const file = `${name.replaceAll(/\W+/g, '-')}.png`;
				await editor.screenshot(join(logFolder, 'browser', file));
				throw error;
			} finally {
				await editor.page.close();
			}
		});
	}

	/**
	 * Takes a picture for the documentation, where that is wanted.
	 *
	 * @param name of the file in docs/images/
	 * @param height of the page, in pixels
	 */
	async picture(editor: Editor, name: string, height = 800): Promise<void> {
		if (!updatesImages) return;
		await editor.page.setViewportSize({ width: 1400, height });
		await editor.dismissMessages();
		// Away from what lights up under it.
		await editor.page.mouse.move(1, 1);
		// For what moves to stand still.
		await sleep(3000);
		await editor.screenshot(join(projectFolder, 'docs', 'images', name));
	}

	/** Saves the workflow, its nodes in a row, and opens it. */
	async open(editor: Editor, workflow: Workflow): Promise<void> {
		const nodes = workflow.nodes.map((node, index) => ({
			...node,
			position: [index * 220, 0] as [number, number],
		}));
		const { id } = await this.n8n.createWorkflow({ ...workflow, nodes });
		await editor.open(id);
	}
}
