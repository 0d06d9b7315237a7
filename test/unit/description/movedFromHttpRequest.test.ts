import type { INodeParameters } from 'n8n-workflow';

import { findUnsupported } from '../../../nodes/ConcurrentHttpRequest/description/unsupported';
import { asRun, asSaved, toolDescription } from './n8n';

/** What the editor adds: it saves a collection even where it is empty. */
const EMPTY: INodeParameters = { output: {} };

/** Parameters as HTTP Request 4.x saves them: nothing that equals its default. */
const supported: Record<string, INodeParameters> = {
	'a plain GET': { url: 'https://api.example.com/users', options: {} },
	'an expression': { url: '=https://api.example.com/users/{{ $json.id }}', options: {} },
	'query fields': {
		url: 'https://api.example.com',
		sendQuery: true,
		queryParameters: {
			parameters: [
				{ name: 'tag', value: 'new' },
				{ name: 'id', value: '={{ $json.id }}' },
			],
		},
		options: { queryParameterArrays: 'indices' },
	},
	batching: {
		url: 'https://api.example.com',
		options: { batching: { batch: { batchSize: 10, batchInterval: 500 } } },
	},
	'query JSON': {
		url: 'https://api.example.com',
		sendQuery: true,
		specifyQuery: 'json',
		jsonQuery: '{ "page": 2 }',
		options: {},
	},
	'header fields': {
		url: 'https://api.example.com',
		sendHeaders: true,
		headerParameters: { parameters: [{ name: 'X-Trace', value: '1' }] },
		options: { lowercaseHeaders: false },
	},
	'header JSON': {
		url: 'https://api.example.com',
		sendHeaders: true,
		specifyHeaders: 'json',
		jsonHeaders: '={{ $json.headers }}',
		options: {},
	},
	'JSON body fields': {
		method: 'POST',
		url: 'https://api.example.com',
		sendBody: true,
		bodyParameters: { parameters: [{ name: 'age', value: '={{ $json.age }}' }] },
		options: {},
	},
	'JSON body': {
		method: 'PUT',
		url: 'https://api.example.com',
		sendBody: true,
		specifyBody: 'json',
		jsonBody: '={{ $json }}',
		options: {},
	},
	'form fields': {
		method: 'POST',
		url: 'https://api.example.com',
		sendBody: true,
		contentType: 'form-urlencoded',
		bodyParameters: { parameters: [{ name: 'city', value: 'London' }] },
		options: {},
	},
	'form text': {
		method: 'POST',
		url: 'https://api.example.com',
		sendBody: true,
		contentType: 'form-urlencoded',
		specifyBody: 'string',
		body: 'city=London',
		options: {},
	},
	'raw body': {
		method: 'PATCH',
		url: 'https://api.example.com',
		sendBody: true,
		contentType: 'raw',
		rawContentType: 'text/csv',
		body: 'a,b',
		options: {},
	},
	'a multipart body': {
		method: 'POST',
		url: 'https://api.example.com',
		sendBody: true,
		contentType: 'multipart-form-data',
		bodyParameters: {
			parameters: [
				{ name: 'title', value: 'Report' },
				{ parameterType: 'formBinaryData', name: 'file', inputDataFieldName: 'data' },
			],
		},
		options: {},
	},
	'a file as the body': {
		method: 'PUT',
		url: 'https://api.example.com',
		sendBody: true,
		contentType: 'binaryData',
		inputDataFieldName: 'data',
		options: {},
	},
	'a content type by expression': {
		method: 'POST',
		url: 'https://api.example.com',
		sendBody: true,
		contentType: '={{ $json.type }}',
		bodyParameters: { parameters: [{ name: 'a', value: 'b' }] },
		options: {},
	},
	'a generic credential': {
		url: 'https://api.example.com',
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
		options: {},
	},
	'OAuth2 and a client certificate': {
		url: 'https://api.example.com',
		authentication: 'genericCredentialType',
		genericAuthType: 'oAuth2Api',
		provideSslCertificates: true,
		options: {},
	},
	'a client certificate by expression': {
		url: 'https://api.example.com',
		provideSslCertificates: '={{ $json.secure }}',
		options: {},
	},
	'every option': {
		url: 'https://api.example.com',
		sendQuery: true,
		queryParameters: { parameters: [{ name: 'a', value: 'b' }] },
		options: {
			allowUnauthorizedCerts: true,
			queryParameterArrays: 'repeat',
			lowercaseHeaders: false,
			redirect: { redirect: { maxRedirects: 3 } },
			response: {
				response: {
					fullResponse: true,
					neverError: true,
					responseFormat: 'text',
					outputPropertyName: 'html',
				},
			},
			proxy: 'http://proxy.example.com:3128',
			timeout: 1000,
			sendCredentialsOnCrossOriginRedirect: true,
		},
	},
	'redirects switched off': {
		url: 'https://api.example.com',
		options: { redirect: { redirect: { followRedirects: false } } },
	},
	'pagination by parameter, the default mode': {
		url: 'https://api.example.com',
		options: {
			pagination: {
				pagination: {
					parameters: { parameters: [{ name: 'page', value: '={{ $pageCount + 1 }}' }] },
				},
			},
		},
	},
	'pagination by next URL': {
		url: 'https://api.example.com',
		options: {
			pagination: {
				pagination: {
					paginationMode: 'responseContainsNextURL',
					nextURL: '={{ $response.body.next }}',
					paginationCompleteWhen: 'other',
					completeExpression: '={{ !$response.body.next }}',
					limitPagesFetched: true,
					maxRequests: 5,
					requestInterval: 100,
				},
			},
		},
	},
	'a WebDAV method': { method: 'PROPFIND', url: 'https://dav.example.com', options: {} },
};

/** What HTTP Request would do and this node would not, and a word of what the user is told. */
const unsupported: Record<string, { parameters: INodeParameters; message: RegExp }> = {
	'a predefined credential type': {
		parameters: {
			url: 'https://api.example.com',
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'githubApi',
			options: {},
		},
		message: /^Predefined credential types are not supported/,
	},
	'a generic type that n8n may add one day': {
		parameters: {
			url: 'https://api.example.com',
			authentication: 'genericCredentialType',
			genericAuthType: 'httpQuantumAuth',
			options: {},
		},
		message: /^Generic Auth Type "httpQuantumAuth" is not supported/,
	},
};

/** What stands in the parameters and yet changes nothing. */
const switchedOff: Record<string, INodeParameters> = {
	'pagination off': {
		url: 'https://api.example.com',
		options: { pagination: { pagination: { paginationMode: 'off' } } },
	},
	'pagination added and left empty': {
		url: 'https://api.example.com',
		options: { pagination: {} },
	},
	'a content type without a body': {
		url: 'https://api.example.com',
		contentType: 'binaryData',
		options: {},
	},
	'no client certificate': {
		url: 'https://api.example.com',
		provideSslCertificates: false,
		options: {},
	},
	'a generic type without authentication': {
		url: 'https://api.example.com',
		genericAuthType: 'httpDigestAuth',
		options: {},
	},
};

describe('what this node supports', () => {
	test.each(Object.entries(supported))('reaches it unchanged: %s', (_, parameters) => {
		expect(asRun(parameters)).toMatchObject(parameters);
	});

	test.each(Object.entries(supported))('is saved by the editor as it was: %s', (_, parameters) => {
		expect(asSaved(parameters)).toEqual({ ...parameters, ...EMPTY });
	});

	test.each(Object.entries(supported))('is not refused: %s', (_, parameters) => {
		expect(findUnsupported(asRun(parameters))).toBeUndefined();
	});
});

describe('what this node does not support', () => {
	const cases = Object.entries(unsupported);

	test.each(cases)('is refused: %s', (_, { parameters, message }) => {
		expect(findUnsupported(asRun(parameters))).toMatch(message);
	});

	test.each(cases)('is refused after the editor has saved it: %s', (_, { parameters, message }) => {
		expect(findUnsupported(asRun(asSaved(parameters)))).toMatch(message);
	});

	test.each(cases)('is refused with advice in whole sentences: %s', (_, { parameters }) => {
		expect(findUnsupported(asRun(parameters))).toMatch(
			/^[A-Z"].+\. .+ or keep HTTP Request for this step\.$/,
		);
	});

	test.each(Object.entries(switchedOff))('is not refused where it is off: %s', (_, parameters) => {
		expect(findUnsupported(asRun(parameters))).toBeUndefined();
	});
});

test('shortening responses is for agents only', () => {
	const parameters = {
		...{ url: 'https://api.example.com', options: {}, optimizeResponse: true },
		...{ responseType: 'html', cssSelector: 'main', onlyContent: true, elementsToOmit: 'nav' },
		...{ truncateResponse: true, maxLength: 500 },
	};
	expect(asSaved(parameters, toolDescription)).toEqual({ ...parameters, ...EMPTY });
	expect(asSaved(parameters)).toEqual({
		...{ url: 'https://api.example.com', options: {} },
		...EMPTY,
	});
});

test('a generic credential whose type is not chosen is refused', () => {
	const parameters = { url: 'https://api.example.com', authentication: 'genericCredentialType' };
	expect(findUnsupported(asRun(parameters))).toMatch(/no type is chosen/);
});
