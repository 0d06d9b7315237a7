import { dirname, normalize } from 'node:path/posix';
import { readMarkdown } from './markdown.ts';
import type { Page } from './markdown.ts';

/** The project's own files on GitHub. */
const REPOSITORY = 'https://github.com/n8n-nodes-concurrent-http/n8n-nodes-concurrent-http';
const FILE_ON_GITHUB = /^\/(?:blob|tree|raw)\/main\/([^#]+)(#.*)?$/;

/** The pages of a project, and what else its links may lead to. */
export class Links {
	private readonly pages: ReadonlyMap<string, string>;
	private readonly files: ReadonlySet<string>;
	private readonly read = new Map<string, Promise<Page>>();

	/**
	 * @param pages Markdown by path from the project's folder
	 * @param files paths of all files of the project, its pages included
	 */
	constructor(pages: ReadonlyMap<string, string>, files: ReadonlySet<string>) {
		this.pages = pages;
		this.files = files;
	}

	/** Every link that leads nowhere, as `page:line target`. */
	async broken(): Promise<string[]> {
		const broken: string[] = [];
		for (const path of this.pages.keys()) {
			const { links } = await this.pageAt(path);
			for (const { target, line } of links) {
				if (!(await this.leadsSomewhere(path, target))) broken.push(`${path}:${line} ${target}`);
			}
		}
		return broken;
	}

	/**
	 * Whether there is such a file, and such a heading in it. Addresses of others are only parsed:
	 * a test sends nothing to the internet.
	 * @param from path of the page with the link
	 */
	async leadsSomewhere(from: string, target: string): Promise<boolean> {
		if (target.startsWith(REPOSITORY)) return await this.isPublished(target);
		if (/^[a-z][a-z+.-]*:/i.test(target)) return URL.canParse(target);
		const [file = '', anchor] = target.split('#');
		const path = file === '' ? from : normalize(`${dirname(from)}/${decodeURIComponent(file)}`);
		return await this.exists(path, anchor);
	}

	private async isPublished(url: string): Promise<boolean> {
		const rest = url.slice(REPOSITORY.length);
		// GitHub's own name for where the README begins.
		if (rest === '#readme') return true;
		if (rest.startsWith('#')) return await this.exists('README.md', rest.slice(1));
		const [, path, anchor] = FILE_ON_GITHUB.exec(rest) ?? [];
		return path === undefined || (await this.exists(path, anchor?.slice(1)));
	}

	private async exists(path: string, anchor: string | undefined): Promise<boolean> {
		if (anchor === undefined) return this.files.has(path) || this.isFolder(path);
		return this.pages.has(path) && (await this.pageAt(path)).anchors.has(anchor);
	}

	private isFolder(path: string): boolean {
		const prefix = path.endsWith('/') ? path : `${path}/`;
		return [...this.files].some((file) => file.startsWith(prefix));
	}

	private async pageAt(path: string): Promise<Page> {
		const page = this.read.get(path) ?? readMarkdown(this.pages.get(path) ?? '');
		this.read.set(path, page);
		return await page;
	}
}
