import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	INodeProperties,
} from 'n8n-workflow';

import { RunCredentials } from '../../../nodes/ConcurrentHttpRequest/authentication/RunCredentials.ts';

const PROPERTIES = [{ name: 'realm', default: 'default' }] as INodeProperties[];

/** n8n, with a credential as entered and as it resolves it. */
function newContext(
	entered: ICredentialDataDecryptedObject | undefined,
	resolve: (itemIndex: number) => ICredentialDataDecryptedObject = () => ({ ...entered }),
) {
	const getCredentials = jest.fn(async (_type: string, itemIndex: number) => resolve(itemIndex));
	const getDecrypted = jest.fn(async (..._parameters: unknown[]) => entered);
	const context = {
		...{ getCredentials, getCredentialsProperties: () => PROPERTIES },
		getNode: () => ({ credentials: { api: { id: '1', name: 'API' } } }),
		...{ getMode: () => 'manual', getExecuteData: () => ({}) },
		additionalData: { credentialsHelper: { getDecrypted } },
	};
	return { getCredentials, getDecrypted, context: context as unknown as IExecuteFunctions };
}

async function readFive(context: IExecuteFunctions) {
	const credentials = new RunCredentials(context);
	return await Promise.all([0, 1, 2, 3, 4].map((index) => credentials.read('api', index)));
}

it.each<ICredentialDataDecryptedObject>([
	{ token: 'abc' },
	{ token: 'abc=' },
	{ json: '{"a": "b=c"}' },
	{ token: 'abc', list: [{ a: 1 }] },
])('reads a credential without expressions once: %j', async (entered) => {
	const { context, getCredentials, getDecrypted } = newContext(entered);
	const read = await readFive(context);
	expect(new Set(read).size).toBe(1);
	expect(read[0]).toEqual(entered);
	expect(getCredentials).toHaveBeenCalledTimes(1);
	expect(getDecrypted).toHaveBeenCalledTimes(1);
});

it.each<ICredentialDataDecryptedObject>([
	{ token: '={{ $json.token }}' },
	{ token: '=abc' },
	{ values: '{"token":"={{ $json.token }}"}' },
	{ deep: { list: ['={{ 1 }}'] } },
])('reads one with an expression for each item: %j', async (entered) => {
	const { context } = newContext(entered, (itemIndex) => ({ token: `for ${itemIndex}` }));
	const read = await readFive(context);
	expect(read.map(({ token }) => token)).toEqual([0, 1, 2, 3, 4].map((index) => `for ${index}`));
});

it('reads one with an expression for each item even where its result is the text that was entered', async () => {
	const { context, getCredentials } = newContext({ token: '=abc' }, () => ({ token: '=abc' }));
	await readFive(context);
	expect(getCredentials).toHaveBeenCalledTimes(6);
});

it.each<[string, ICredentialDataDecryptedObject, number]>([
	['its default', { token: 'abc', realm: 'default' }, 1],
	['an administrator’s value', { token: 'abc', realm: 'other' }, 6],
	['a value that the type does not have', { token: 'abc', secret: 'x' }, 6],
	['a value for what was left empty', { token: 'filled in' }, 6],
	['tokens, which change anyway', { token: 'abc', oauthTokenData: { access_token: 'x' } }, 1],
])('a field that nobody entered may hold %s', async (_what, resolved, reads) => {
	const { context, getCredentials } = newContext({ token: 'abc' }, () => resolved);
	await readFive(context);
	expect(getCredentials).toHaveBeenCalledTimes(reads);
});

it.each<[string, object]>([
	['has no such helper', { additionalData: undefined }],
	['has another helper', { additionalData: { credentialsHelper: {} } }],
	[
		'does not hand them out',
		{ additionalData: { credentialsHelper: { getDecrypted: () => Promise.reject(new Error()) } } },
	],
	['has no credential for the node', { getNode: () => ({}) }],
])('reads for each item where n8n %s', async (_what, changes) => {
	const { context, getCredentials } = newContext({ token: 'abc' });
	expect(await readFive({ ...context, ...changes })).toEqual(
		Array.from({ length: 5 }, () => ({ token: 'abc' })),
	);
	expect(getCredentials).toHaveBeenCalledTimes(6);
});

it('gives each item n8n’s error', async () => {
	const error = new Error('Credentials not found');
	const { context } = newContext(undefined, () => {
		throw error;
	});
	const credentials = new RunCredentials(context);
	await expect(credentials.read('api', 0)).rejects.toBe(error);
	await expect(credentials.read('api', 1)).rejects.toBe(error);
});
