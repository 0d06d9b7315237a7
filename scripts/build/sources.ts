/** What each bundle is made of: a bundle for each file. */
export const ENTRY_POINTS = ['nodes/**/*.node.ts', 'credentials/*.credentials.ts', 'cli/main.ts'];

/** The folders that a build reads, so that a change in any of them needs a new one. */
export const SOURCE_FOLDERS = ENTRY_POINTS.map((pattern) => pattern.slice(0, pattern.indexOf('/')));
