import eslint from '@eslint/js';
import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * n8n's own rules for community packages, less those for n8n Cloud, which forbid timers and
 * sockets; this package is for self-hosted n8n (docs/decisions.md).
 */
const n8nRules = n8nCommunityNodesPlugin.configs.recommendedWithoutN8nCloudSupport;

/** undici's index installs a process-wide global dispatcher, so only deep paths may be loaded. */
const undiciIndex = {
	name: 'undici',
	allowTypeImports: true,
	message: 'Import from undici/lib/...: the index sets a global dispatcher in the n8n process.',
};

/** What `nodes/` as a whole may not import, and what a folder of it may not import besides. */
const forbidImports = (...patterns) => [
	'error',
	{
		paths: [undiciIndex],
		patterns: [
			{
				group: ['n8n-core'],
				message: 'n8n-core belongs to the host and is not installed beside a community node.',
			},
			...patterns,
		],
	},
];

export default defineConfig(
	globalIgnores(['dist/', '.n8n/', 'coverage/']),
	{
		files: ['**/*.{ts,mjs}'],
		extends: [eslint.configs.recommended],
		languageOptions: { ecmaVersion: 2023 },
		rules: {
			eqeqeq: 'error',
			'no-unreachable-loop': 'error',
			'object-shorthand': 'error',
			'prefer-const': 'error',
		},
	},
	{
		files: ['**/*.ts'],
		extends: [tseslint.configs.recommendedTypeChecked],
		languageOptions: {
			parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
		},
		rules: {
			'@typescript-eslint/consistent-type-definitions': 'error',
			'@typescript-eslint/consistent-type-exports': 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			// Parameters and credentials arrive as unknown values and are made text as n8n does it.
			'@typescript-eslint/no-base-to-string': 'off',
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-floating-promises': ['error', { checkThenables: true }],
			'@typescript-eslint/no-import-type-side-effects': 'error',
			'@typescript-eslint/no-non-null-assertion': 'error',
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', ignoreRestSiblings: true, varsIgnorePattern: '^_' },
			],
			'@typescript-eslint/only-throw-error': 'error',
			// `text || fallback` is how an empty text is replaced.
			'@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: true }],
			'@typescript-eslint/prefer-optional-chain': 'error',
			// An async function is the shortest way to meet an interface that wants a promise.
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
		},
	},
	{
		files: ['nodes/**/*.ts', 'credentials/**/*.ts'],
		extends: [n8nRules],
		rules: {
			// The generic HTTP credentials (Basic, Bearer, Header, Query, Custom) come with n8n and
			// exist to be used by HTTP nodes; a second copy of each would help nobody.
			'@n8n/community-nodes/no-credential-reuse': 'off',
			// Output goes through n8n's logger or the node's hints, never the host's console.
			'no-console': 'error',
			'@typescript-eslint/no-restricted-imports': forbidImports(),
		},
	},
	{
		// Below the node's own file errors are typed failures; errors/ turns them into a NodeApiError
		// that names the item and the URL.
		files: ['nodes/*/*/**/*.ts', 'credentials/**/*.ts'],
		rules: { '@n8n/community-nodes/require-node-api-error': 'off' },
	},
	{
		// The rule guesses by the field's name; "Header Value" and "Query Parameter Value" are secrets.
		files: ['credentials/**/*.ts'],
		rules: { '@n8n/community-nodes/credential-unnecessary-password': 'off' },
	},
	{
		files: ['nodes/*/{limits,common}/**/*.ts', 'nodes/*/client/retry/*.ts'],
		rules: {
			'@typescript-eslint/no-restricted-imports': forbidImports({
				group: ['n8n-workflow', 'undici/**', 'node:http', 'node:https', 'node:net', 'node:tls'],
				message: 'limits/ decides who is sent when and does no I/O (docs/architecture.md).',
			}),
		},
	},
	{
		files: ['nodes/*/transport/**/*.ts'],
		rules: {
			'@typescript-eslint/no-restricted-imports': forbidImports({
				group: ['n8n-workflow'],
				message: 'transport/ sends one request and knows nothing of items (docs/architecture.md).',
			}),
		},
	},
	{
		// n8n's rules for the manifest read it as a program that is one object literal.
		files: ['package.json'],
		extends: [n8nRules],
		languageOptions: {
			parser: tseslint.parser,
			parserOptions: { extraFileExtensions: ['.json'] },
		},
	},
	{
		files: ['test/**/*.ts'],
		rules: {
			// A wrong assertion here throws and fails the test, which is what should happen.
			'@typescript-eslint/no-non-null-assertion': 'off',
			// Methods are looked at here, not called.
			'@typescript-eslint/unbound-method': 'off',
			'no-restricted-syntax': [
				'error',
				{
					selector:
						'CallExpression[callee.object.name="fc"] > ObjectExpression:has(> Property[key.name="maxLength"][value.value>12]):not(:has(> Property[key.name="size"]))',
					message: "Without size: 'max', fast-check makes at most some ten elements.",
				},
			],
		},
	},
	{
		linterOptions: { reportUnusedDisableDirectives: 'error' },
	},
);
