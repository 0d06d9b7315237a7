import { buildRequest } from '../../nodes/ConcurrentHttpRequest/request/buildRequest';
import type { ItemParameters } from '../../nodes/ConcurrentHttpRequest/parameters/ItemParameters';
import type { Subject } from './measure';

const noCredential = { allowedDomains: undefined, secrets: [], constants: new Set<string>() };

const noFiles = () => {
	throw new Error('These items have no files');
};

/** Parameters as they are once expressions have been evaluated; that is measured elsewhere. */
function parametersOf(values: Record<string, unknown>): ItemParameters {
	const get = (name: string): unknown => {
		let value: unknown = values;
		for (const part of name.split('.'))
			value = (value as Record<string, unknown> | undefined)?.[part];
		return value;
	};
	const parameters: ItemParameters = { get, derive: (compute) => compute(parameters) };
	return parameters;
}

const build = (values: Record<string, unknown>) =>
	buildRequest(parametersOf(values), noCredential, 4.5, noFiles);

export const title = 'building a request from evaluated parameters';

export const subjects: Subject[] = [
	{
		name: 'GET, URL alone',
		run: (index) => build({ method: 'GET', url: `http://127.0.0.1:8080/20/1k/${index}` }),
	},
	{
		name: 'GET, two query parameters, one header',
		run: (index) =>
			build({
				method: 'GET',
				url: 'http://127.0.0.1:8080/customers',
				sendQuery: true,
				queryParameters: {
					parameters: [
						{ name: 'id', value: index },
						{ name: 'q', value: 'a & b' },
					],
				},
				sendHeaders: true,
				headerParameters: { parameters: [{ name: 'x-customer', value: 'CUSTOMER' }] },
			}),
	},
	{
		name: 'POST, header and JSON body',
		run: (index) =>
			build({
				method: 'POST',
				url: `http://127.0.0.1:8080/20/1k/${index}?q=a%20b`,
				sendHeaders: true,
				headerParameters: { parameters: [{ name: 'x-customer', value: 'CUSTOMER' }] },
				sendBody: true,
				contentType: 'json',
				specifyBody: 'json',
				jsonBody: `{"id":${index},"name":"Customer","kind":"odd"}`,
			}),
	},
	{
		name: 'new URL() alone, for comparison',
		run: (index) => new URL(`http://127.0.0.1:8080/20/1k/${index}`),
	},
];
