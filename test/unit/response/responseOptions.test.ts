import { readResponseOptions } from '../../../nodes/ConcurrentHttpRequest/response/responseOptions.ts';
import { parametersOf } from '../parameters/parametersOf.ts';

const read = (response: Record<string, unknown>) =>
	readResponseOptions(parametersOf({ options: { response: { response } } }));

it.each([{}, { options: {} }, { options: { response: {} } }])('has defaults: %j', (parameters) => {
	expect(readResponseOptions(parametersOf(parameters))).toEqual({
		format: 'autodetect',
		fullResponse: false,
		neverError: false,
		outputPropertyName: 'data',
	});
});

it('reads what is set', () => {
	const options = {
		fullResponse: true,
		neverError: true,
		responseFormat: 'text',
		outputPropertyName: 'html',
	};
	expect(read(options)).toEqual({
		format: 'text',
		fullResponse: true,
		neverError: true,
		outputPropertyName: 'html',
	});
});

it.each(['autodetect', 'file', 'json', 'text'])('knows the format %s', (responseFormat) => {
	expect(read({ responseFormat }).format).toBe(responseFormat);
});

it.each(['xml', '', 'JSON', 'constructor', 7])('refuses the format %j', (responseFormat) => {
	expect(() => read({ responseFormat })).toThrow(`"Response Format" cannot be "${responseFormat}"`);
});

it('treats what JavaScript treats as true as on, as HTTP Request does', () => {
	expect(read({ fullResponse: 'true', neverError: 1 })).toMatchObject({
		fullResponse: true,
		neverError: true,
	});
	expect(read({ fullResponse: '', neverError: 0 })).toMatchObject({
		fullResponse: false,
		neverError: false,
	});
});
