import {
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyCollection,
	type INodePropertyOptions,
	NodeHelpers,
} from 'n8n-workflow';

import { ConcurrentHttpRequest } from '../../../nodes/ConcurrentHttpRequest/ConcurrentHttpRequest.node';
import { genericAuthTypes } from '../../../nodes/ConcurrentHttpRequest/description/authentication';
import { asRun, nodeWith, toolDescription } from './n8n';

const { description } = new ConcurrentHttpRequest();

/** Every property, also those within collections, with the path of names that leads to it. */
function everyProperty(
	properties: INodeProperties[] = description.properties,
	path = '',
): Array<{ path: string; property: INodeProperties; siblings: INodeProperties[] }> {
	return properties.flatMap((property) => {
		const here = path + property.name;
		return [
			{ path: here, property, siblings: properties },
			...(property.type === 'collection'
				? everyProperty(property.options as INodeProperties[], `${here}.`)
				: []),
			...(property.type === 'fixedCollection'
				? (property.options as INodePropertyCollection[]).flatMap(({ name, values }) =>
						everyProperty(values, `${here}.${name}.`),
					)
				: []),
		];
	});
}

/** Labels of what the panel shows, in order, for these parameters. */
function shown(parameters: INodeParameters): string[] {
	const node = nodeWith(asRun(parameters));
	return description.properties
		.filter((property) => property.type !== 'hidden' && isShown(property, node))
		.map(({ displayName }) => displayName);
}

/** Names that "Add option" offers. */
function offered(parameters: INodeParameters): string[] {
	const node = nodeWith(asRun(parameters));
	const options = description.properties.find(({ name }) => name === 'options');
	return (options?.options as INodeProperties[])
		.filter((property) => isShown(property, node, 'options'))
		.map(({ name }) => name);
}

function isShown(property: INodeProperties, node: INode, path = ''): boolean {
	return NodeHelpers.displayParameterPath(node.parameters, property, path, node, description);
}

describe('the panel', () => {
	test('has the versions of HTTP Request 4', () => {
		expect(description.version).toEqual([4, 4.1, 4.2, 4.3, 4.4, 4.5]);
		expect(description.defaultVersion).toBe(4.5);
	});

	test('of a new node asks for the request and its concurrency', () => {
		expect(shown({})).toEqual([
			// A button, Import cURL.
			'',
			'Method',
			'URL',
			'Authentication',
			// n8n shows it under Settings.
			'SSL Certificates',
			'Send Query Parameters',
			'Send Headers',
			'Send Body',
			'Concurrency Mode',
			'Max Concurrency',
			'Rate Limits',
			'Retry',
			'Output',
			'Options',
		]);
	});

	test.each<[string, INodeParameters, string[]]>([
		['query fields', { sendQuery: true }, ['Specify Query Parameters', 'Query Parameters']],
		['query JSON', { sendQuery: true, specifyQuery: 'json' }, ['Specify Query Parameters', 'JSON']],
		['header fields', { sendHeaders: true }, ['Specify Headers', 'Headers']],
		['header JSON', { sendHeaders: true, specifyHeaders: 'json' }, ['Specify Headers', 'JSON']],
		['a JSON body', { sendBody: true }, ['Body Content Type', 'Specify Body', 'Body Parameters']],
		[
			'a body as JSON',
			{ sendBody: true, specifyBody: 'json' },
			['Body Content Type', 'Specify Body', 'JSON'],
		],
		[
			'form fields',
			{ sendBody: true, contentType: 'form-urlencoded' },
			['Body Content Type', 'Specify Body', 'Body Fields'],
		],
		[
			'a form as text',
			{ sendBody: true, contentType: 'form-urlencoded', specifyBody: 'string' },
			['Body Content Type', 'Specify Body', 'Body'],
		],
		[
			'a raw body',
			{ sendBody: true, contentType: 'raw' },
			['Body Content Type', 'Content Type', 'Body'],
		],
		['our credential', { authentication: 'concurrentHttpApi' }, ['Credential']],
		[
			'a generic credential',
			{ authentication: 'genericCredentialType', genericAuthType: 'httpBasicAuth' },
			['Generic Auth Type'],
		],
		[
			'a client certificate',
			{ provideSslCertificates: true },
			['Choose the certificate in "SSL Certificate"', 'SSL Certificate'],
		],
	])('shows for %s what it needs and nothing else', (_, parameters, added) => {
		const plain = shown({});
		expect(shown(parameters).filter((label) => !plain.includes(label))).toEqual(added);
	});

	test('offers what people look for first, and nothing that is not supported', () => {
		expect(offered({ sendQuery: true })).toEqual([
			...['response', 'pagination', 'timeout', 'stopAfter'],
			...['limitToFirstItems', 'previewRequests'],
			...['maxConcurrencyPerHost', 'limitScope', 'sharedThrough', 'obeyServerLimits'],
			...['circuitBreaker', 'batching'],
			...['redirect', 'sendCredentialsOnCrossOriginRedirect'],
			...['queryParameterArrays', 'lowercaseHeaders'],
			...['proxy', 'allowUnauthorizedCerts'],
			...['maxResponseSize', 'http2', 'connection', 'webdavMethods'],
		]);
	});

	test('says of predefined credential types what to take instead', () => {
		const plain = shown({});
		const labels = shown({ authentication: 'predefinedCredentialType' });
		const added = labels.filter((label) => !plain.includes(label));
		expect(added).toEqual([expect.stringContaining('Choose <b>Generic Credential Type</b>')]);
	});

	test('asks for a name where limits are shared by name', () => {
		expect(offered({ options: { limitScope: 'name' } })).toContain('limitName');
	});
});

describe('every parameter', () => {
	const visible = everyProperty().filter(({ property }) => property.type !== 'hidden');

	test.each(
		visible.filter(
			({ property }) => !['notice', 'credentials', 'curlImport'].includes(property.type),
		),
	)('says what it is for: $path', ({ property }) => {
		const choices = (property.options ?? []) as INodePropertyOptions[];
		const explained =
			property.description ??
			property.placeholder ??
			(choices.length > 0 && choices.every((choice) => choice.description));
		expect(explained).toBeTruthy();
	});

	test.each(
		visible.filter(
			({ property: { type, typeOptions } }) => type === 'string' && typeOptions?.password !== true,
		),
	)('that is a text shows an example in its field: $path', ({ property }) => {
		expect(property.placeholder).toMatch(/^e\.g\. /);
	});

	test.each(visible.filter(({ property }) => property.type !== 'notice'))(
		'has a label in plain words: $path',
		({ property }) => {
			expect(property.displayName).not.toMatch(/\(Ms\)|Backoff|Idempotent|Budget/);
		},
	);

	test.each(visible.filter(({ property }) => property.type === 'boolean'))(
		'that is a switch says whether: $path',
		({ property }) => {
			expect(property.description).toMatch(/^Whether /);
		},
	);

	test.each(visible.filter(({ property }) => property.type === 'options'))(
		'that is a choice has a default among the choices: $path',
		({ property }) => {
			const values = (property.options as INodePropertyOptions[]).map(({ value }) => value);
			expect(values).toContain(property.default);
		},
	);

	test.each(everyProperty().filter(({ property }) => property.displayOptions))(
		'depends on parameters that exist: $path',
		({ property, siblings }) => {
			const { show = {}, hide = {} } = property.displayOptions ?? {};
			for (const name of [...Object.keys(show), ...Object.keys(hide)]) {
				const level = name.startsWith('/') ? description.properties : siblings;
				if (name.startsWith('@')) continue;
				expect(level.map((sibling) => sibling.name)).toContain(name.replace('/', ''));
			}
		},
	);
});

describe('the tool of an agent', () => {
	const isInTool = ({ displayOptions }: INodeProperties) =>
		displayOptions?.hide?.['@tool'] === undefined;

	/** As n8n's editor decides beside which fields it offers to let the model fill them in. */
	const isOfferedToModel = ({ type, noDataExpression }: INodeProperties) =>
		!noDataExpression && !['options', 'collection', 'fixedCollection'].includes(type);

	test.each(['rateLimits', 'retry'])('has %s, of which no model is asked for a part', (name) => {
		const groups = description.properties.filter((property) => property.name === name);
		const inTool = groups.filter(isInTool);
		expect(inTool).toHaveLength(1);
		const fields = everyProperty(inTool).map(({ property }) => property);
		expect(fields.length).toBeGreaterThan(5);
		expect(fields.filter(isOfferedToModel)).toEqual([]);
	});

	test('runs with a Max Concurrency that it does not show', () => {
		const url = 'https://api.example.com';
		expect(asRun({ url }, toolDescription)).toMatchObject({ maxConcurrency: 10 });
		expect(asRun({ url }, toolDescription)).not.toHaveProperty('concurrencyMode');
	});

	test('has no setting that needs several items', () => {
		const within = (group: string) =>
			description.properties.find(({ name }) => name === group)!.options as INodeProperties[];
		const all = [...description.properties, ...within('output'), ...within('options')];
		const absent = all.filter((property) => !isInTool(property)).map(({ name }) => name);
		expect(absent).toEqual([
			...['concurrencyMode', 'maxConcurrency', 'adaptiveMaxConcurrency', 'rateLimits'],
			...['summary'],
			...['stopAfter', 'limitToFirstItems', 'previewRequests'],
			...['maxConcurrencyPerHost', 'circuitBreaker'],
		]);
	});
});

describe('the credentials', () => {
	const displayed = (parameters: INodeParameters, from = description) => {
		const node = nodeWith(asRun(parameters));
		return (from.credentials ?? [])
			.filter((credential) => NodeHelpers.displayParameter(node.parameters, credential, node, from))
			.map(({ name }) => name);
	};

	test('are none without authentication', () => {
		expect(displayed({})).toEqual([]);
	});

	test('are the package’s own for its authentication', () => {
		expect(displayed({ authentication: 'concurrentHttpApi' })).toEqual(['concurrentHttpApi']);
	});

	test.each(genericAuthTypes)('are the chosen generic type: %s', (genericAuthType) => {
		const parameters = { authentication: 'genericCredentialType', genericAuthType };
		expect(displayed(parameters)).toEqual([genericAuthType]);
	});

	test('of a generic type are shown once in the editor, which gets the description as JSON', () => {
		const inEditor = JSON.parse(JSON.stringify(description)) as typeof description;
		const generic = { authentication: 'genericCredentialType', genericAuthType: 'httpBasicAuth' };
		expect(displayed(generic, inEditor)).toEqual([]);
		expect(displayed({ authentication: 'concurrentHttpApi' }, inEditor)).toEqual([
			'concurrentHttpApi',
		]);
	});

	test('include a certificate where one is to be presented', () => {
		expect(displayed({ provideSslCertificates: true })).toEqual(['httpSslAuth']);
		const both = { authentication: 'concurrentHttpApi', provideSslCertificates: true };
		expect(displayed(both)).toEqual(['concurrentHttpApi', 'httpSslAuth']);
	});

	test('are none for a type that the node does not know', () => {
		const authentication = 'genericCredentialType';
		expect(displayed({ authentication, genericAuthType: 'httpQuantumAuth' })).toEqual([]);
	});
});
