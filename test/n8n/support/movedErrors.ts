import type { INodeParameters } from 'n8n-workflow';
import type { Difference, MovedWorkflow } from './movedWorkflow.ts';

/** What goes wrong every day, by what a URL is then. */
export const failures: Record<string, string> = {
	'an unknown host': 'http://no-such-host.invalid/',
	'a refused connection': 'http://127.0.0.1:1/refused',
	'a connection that is reset': 'ORIGIN/reset',
	'status 404': 'ORIGIN/status?code=404&body=gone',
	'status 500': 'ORIGIN/status?code=500&body={"message":"oops"}&type=application/json',
	'a time limit': 'ORIGIN/hang',
	'invalid JSON': 'ORIGIN/json?body=%7Bnot-json',
	'no URL': 'not a url',
	'an empty URL': '',
};

const parameters: INodeParameters = { url: '={{ $json.url }}', options: { timeout: 1_000 } };

const good = { url: 'ORIGIN/json?body={"n":1}' };

/** Each failure between two answers, with the settings of On Error that go on. */
export const continuing: MovedWorkflow[] = (
	['continueRegularOutput', 'continueErrorOutput'] as const
).map((onError) => ({
	name: `each failure between answers, ${onError}`,
	versions: [4, 4.5],
	onError,
	items: Object.values(failures).flatMap((url) => [good, { url }, good]),
	parameters,
}));

/** Failures of which HTTP Request does not say which item they are about. */
const WITHOUT_ITEM = new Set(['invalid JSON', 'no URL', 'an empty URL']);
const NAMES_ITEM: Difference = {
	listed: 'Invalid input',
	because: 'HTTP Request does not say which item it is about',
};

/** The same, one failure each, for a node that stops the workflow. */
export const stopping: MovedWorkflow[] = [
	...Object.entries(failures).map(([name, url]): MovedWorkflow => ({
		...{ name, items: [{ url }], parameters },
		differs: WITHOUT_ITEM.has(name) ? NAMES_ITEM : undefined,
	})),
	{
		name: 'invalid JSON in a parameter',
		parameters: {
			...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true },
			...{ specifyBody: 'json', jsonBody: '{a' },
		},
	},
	{
		name: 'the second of three items',
		items: [good, { url: 'ORIGIN/status?code=401' }, good],
		parameters: { ...parameters, maxConcurrency: 3 },
	},
	{
		name: 'the first of 30 items',
		items: [{ url: 'ORIGIN/status?code=401' }, ...Array.from({ length: 29 }, () => good)],
		parameters: { ...parameters, maxConcurrency: 1 },
		differs: { listed: 'The first error', because: 'HTTP Request sends all requests first' },
	},
];
