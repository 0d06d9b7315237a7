import { availableParallelism } from 'node:os';

/**
 * Nine layers, each a jest project. `unit` is pure; `workflow` runs workflow JSON in-process
 * with n8n-core; `n8n` and `browser` start a real n8n with the packed tarball installed;
 * `services` starts the servers of others that the node can work with (Redis, proxies), and n8n, too;
 * `install` has n8n install the package by name, from an npm registry of its own;
 * `docker` builds and starts what examples/docker/ has, in containers;
 * `queue` has what takes long of n8n's queue mode;
 * `compat` is what `npm run compat` runs on each version of n8n.
 */
const project = (name, extra = {}) => ({
	displayName: name,
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	testEnvironment: 'node',
	transform: {
		'\\.m?[jt]s$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } } }],
		'\\.lua$': '<rootDir>/test/support/textTransform.cjs',
	},
	// They are published as ES modules only.
	transformIgnorePatterns: [
		'/node_modules/(?!(p-limit|yocto-queue|@exodus/bytes|d3-[a-z-]+|internmap)/)',
	],
	// The sources have no bundle of the chart's thread.
	moduleNameMapper: { '/chartFiles$': '<rootDir>/test/support/chartFiles.ts' },
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/\\.n8n/'],
	...extra,
});

const onLoopback = { setupFilesAfterEnv: ['<rootDir>/test/support/loopbackTests.ts'] };
const withSharedN8n = {
	globalSetup: '<rootDir>/test/support/startN8n.ts',
	globalTeardown: '<rootDir>/test/support/stopN8n.ts',
};
const withN8n = { globalSetup: '<rootDir>/test/support/installN8n.ts' };

export default {
	// Milliseconds. No test is about speed, and a machine may be busy with other things.
	testTimeout: 120_000,
	// Jest leaves a core to itself, of which there may be two. More at a time need too much memory.
	maxWorkers: Math.min(availableParallelism(), 4),
	projects: [
		project('unit', onLoopback),
		project('workflow', onLoopback),
		project('n8n', withSharedN8n),
		project('compat', withSharedN8n),
		project('soak', onLoopback),
		project('browser', withN8n),
		project('services', withN8n),
		project('install', withN8n),
		project('docker'),
		project('queue', withN8n),
	],
};
