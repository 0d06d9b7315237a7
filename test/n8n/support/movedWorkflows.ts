import { authentication } from './movedAuthentication.ts';
import { bodies, headers } from './movedBodies.ts';
import { cornerDifferences } from './movedCornerDifferences.ts';
import { corners } from './movedCorners.ts';
import { differences } from './movedDifferences.ts';
import { continuing } from './movedErrors.ts';
import { fileBodies, pages } from './movedFilesAndPages.ts';
import { options } from './movedOptions.ts';
import { jsonBody, people } from './movedParts.ts';
import { redirects } from './movedRedirects.ts';
import { responses } from './movedResponses.ts';
import { query } from './movedUrls.ts';
import type { MovedWorkflow, RefusedUse } from './movedWorkflow.ts';

const errors: MovedWorkflow[] = (['continueRegularOutput', 'continueErrorOutput'] as const).flatMap(
	(onError): MovedWorkflow[] => [
		{
			name: `errors between answers, ${onError}`,
			versions: [4.1, 4.4, 4.5],
			onError,
			items: [
				{ url: 'ORIGIN/json?body={"n":1}' },
				{ url: 'ORIGIN/status?code=404&body=gone' },
				{ url: 'ORIGIN/items?count=2' },
				{ url: 'http://127.0.0.1:1/refused' },
				{ url: 'not a url' },
				{ url: 'ORIGIN/json?body=%7Bnot-json' },
				{ url: 'ORIGIN/status?code=503&body={"message":"later"}&type=application/json' },
				{ url: 'ORIGIN/reset' },
				{ url: 'ORIGIN/json?body={"n":2}' },
			],
			parameters: { url: '={{ $json.url }}' },
		},
		{
			name: `a time limit, ${onError}`,
			versions: [4.2, 4.5],
			onError,
			items: [{ path: 'text?body=a' }, { path: 'hang' }, { path: 'text?body=b' }],
			parameters: { url: '=ORIGIN/{{ $json.path }}', options: { timeout: 1_000 } },
		},
		{
			name: `invalid JSON in a parameter, ${onError}`,
			onError,
			items: [{ body: '{"a":1}' }, { body: '{a' }, { body: '{"a":2}' }],
			parameters: jsonBody('={{ $json.body }}'),
		},
	],
);

const pacing: MovedWorkflow[] = [
	{
		name: 'batching',
		items: people,
		parameters: {
			url: '=ORIGIN/mirror?id={{ $json.id }}',
			options: { batching: { batch: { batchSize: 1, batchInterval: 50 } } },
		},
	},
];

/** By subject. Each is to give the same in both nodes. */
export const movedWorkflows: Record<string, MovedWorkflow[]> = {
	query,
	headers,
	bodies,
	'files as bodies': fileBodies,
	responses,
	pages,
	redirects,
	authentication,
	errors: [...errors, ...continuing],
	pacing,
	options,
	corners,
	differences: [...differences, ...cornerDifferences],
};

/** What the node cannot do, as HTTP Request stores it. */
export const refusedUses: RefusedUse[] = [
	{
		name: 'a predefined credential',
		lost: 'part of what the node refuses to run without',
		parameters: {
			...{ url: 'ORIGIN/items', authentication: 'predefinedCredentialType' },
			nodeCredentialType: 'notionApi',
		},
		refusal: /^Predefined credential types are not supported/,
	},
];
