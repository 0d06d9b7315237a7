import { createRequire } from 'node:module';

/** HTTP Request adds `details` to its error items from this version of the node on. */
const FIRST_TYPE_VERSION = 4.5;

/** The first patch of each n8n-core minor version, by `major * 1000 + minor`, that knows `details`. */
const FIRST_PATCHES: ReadonlyMap<number, number> = new Map([
	[2034, 4],
	[2035, 2],
]);

/** Every n8n-core from 2.36.0 on knows `details`. */
const ALWAYS_FROM = 2036;

/**
 * Whether error items have `details` beside `error`. A version of n8n-core that does not know
 * `details` takes such an item for a success, and sends it to the wrong output.
 *
 * @param typeVersion of the node
 * @param coreVersion of n8n-core; `undefined` if unknown, and then there are no details
 */
export function givesDetails(typeVersion: number, coreVersion: string | undefined): boolean {
	if (typeVersion < FIRST_TYPE_VERSION) return false;
	const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(coreVersion ?? '') ?? [];
	if (major === undefined) return false;
	const release = Number(major) * 1000 + Number(minor);
	if (release >= ALWAYS_FROM) return true;
	const firstPatch = FIRST_PATCHES.get(release);
	return firstPatch !== undefined && Number(patch) >= firstPatch;
}

/**
 * The version of the n8n-core that runs this process, `undefined` if it cannot be found. It is
 * looked up from the program that was started, because npm may put another n8n-workflow or
 * n8n-core beside this package.
 */
export const n8nCoreVersion = findCoreVersion();

function findCoreVersion(): string | undefined {
	for (const from of [require.main?.filename, __filename]) {
		try {
			if (from === undefined) continue;
			const { version } = createRequire(from)('n8n-core/package.json') as { version?: unknown };
			if (typeof version === 'string') return version;
		} catch {
			// It cannot be found from there.
		}
	}
	return undefined;
}
