/** More of `moving.test.ts`: methods of WebDAV, redirects, and lists in a query. */
import { NodeHelpers } from 'n8n-workflow';
import type { INodeParameters, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';
import { runMoved, saveCredentials } from './support/moving.ts';
import type { Outcome } from './support/moving.ts';
import { lists, redirects, sentOn, webdav } from './support/movedRequests.ts';
import { sharedN8n } from './support/sharedN8n.ts';
import { BUILT_IN_TYPE, NEWEST, node, OUR_TYPE } from './support/workflows.ts';

jest.setTimeout(300_000);

const n8n = sharedN8n();

beforeAll(async () => {
	await saveCredentials(n8n);
});

describe.each(Object.entries({ webdav, redirects, lists }))('%s', (_subject, workflows) => {
	const uses = workflows.flatMap((use) =>
		(use.versions ?? [NEWEST]).map((version) => ({ ...use, version })),
	);
	let before: Outcome[];
	let after: Outcome[];

	beforeAll(async () => {
		before = await runMoved(n8n, uses, BUILT_IN_TYPE);
		after = await runMoved(n8n, uses, OUR_TYPE);
	});

	it.each(uses.map(({ name, version }, index) => ({ name, version, index })))(
		'$name, $version',
		({ index }) => {
			expect(after[index]).toEqual(before[index]);
			// A use that came to nothing would compare nothing.
			expect(after[index]!.received.flat().length).toBeGreaterThan(0);
		},
	);
});

it.each([4, 4.4, NEWEST])('headers that are sent on to another origin, %d', async (version) => {
	const sent = async (type: string) => {
		const [outcome] = await runMoved(n8n, [{ ...sentOn, version }], type);
		const requests = outcome!.received[1] as Array<{ headers: Record<string, string> }>;
		return requests.map(({ headers }) => [
			headers.authorization,
			headers.cookie,
			headers['x-api-key'],
		]);
	};
	expect(await sent(OUR_TYPE)).toEqual([
		['Bearer mine', 'a=b', 'mine'],
		['Bearer mine', 'a=b', 'mine'],
	]);
	expect(await sent(BUILT_IN_TYPE)).toEqual([
		[undefined, undefined, 'mine'],
		[undefined, undefined, 'mine'],
	]);
});

describe('the list of methods', () => {
	let ours: INodeTypeDescription;
	let theirs: INodeTypeDescription;

	beforeAll(async () => {
		const describe = async (name: string) => {
			const nodeInfos = [{ name, version: NEWEST }];
			const found = await n8n.api.call<INodeTypeDescription[]>('POST', '/node-types', {
				nodeInfos,
			});
			return found[0]!;
		};
		ours = await describe(OUR_TYPE);
		theirs = await describe(BUILT_IN_TYPE);
	});

	/** What the panel offers, by n8n's own rules for what is shown. */
	function offered({ properties, name }: INodeTypeDescription, parameters: INodeParameters) {
		const method = properties.find((property) => property.name === 'method')!;
		const at = node('HTTP', name, parameters, { typeVersion: NEWEST });
		return (method.options as INodePropertyOptions[])
			.filter((option) => NodeHelpers.displayParameter(parameters, option, at, null))
			.map(({ value }) => value);
	}

	it.each([
		['GET', undefined],
		['GET', false],
		['GET', true],
		['PROPFIND', undefined],
		['PROPFIND', false],
		['PROPFIND', true],
		['REPORT', undefined],
	])('offers what HTTP Request does: %s, option %p', (method, webdavMethods) => {
		const options = webdavMethods === undefined ? {} : { webdavMethods };
		const parameters: INodeParameters = { method, url: 'https://dav.example.com', options };
		expect(offered(ours, parameters)).toEqual(offered(theirs, parameters));
		expect(offered(ours, parameters)).toHaveLength(webdavMethods ? 12 : method === 'GET' ? 7 : 8);
	});
});
