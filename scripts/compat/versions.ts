import manifest from '../../package.json' with { type: 'json' };

/**
 * The versions of n8n whose columns docs/versions.md has, oldest first: the last of 1.x, some around
 * each change in what the node uses, and recent ones.
 */
export const VERSIONS = [
	'1.123.81',
	'2.22.6',
	'2.27.4',
	'2.30.0',
	'2.30.8',
	'2.31.0',
	'2.36.0',
	'2.40.7',
	'2.41.1',
];

/** The first that the node runs in, as package.json says. */
const LOWEST = manifest.engines.n8n.replace('>=', '');

/** Whether the node refuses to run in it. */
export function isRefused(version: string): boolean {
	return version.localeCompare(LOWEST, 'en', { numeric: true }) < 0;
}
