import {
	assertSuccess,
	HttpStatusError,
} from '../../../nodes/ConcurrentHttpRequest/response/HttpStatusError.ts';
import { responseWith } from '../transport/requestTo.ts';

it.each([200, 201, 204, 299])('%i is a success', (status) => {
	expect(() => assertSuccess(responseWith(status, ''), false)).not.toThrow();
});

it.each([199, 300, 304, 400, 404, 500, 599])(
	'%i is not, unless every status is a success',
	(status) => {
		expect(() => assertSuccess(responseWith(status, ''), false)).toThrow(HttpStatusError);
		expect(() => assertSuccess(responseWith(status, ''), true)).not.toThrow();
	},
);

it('names the status and the reason, if there is one', () => {
	const response = responseWith(404, '');
	expect(new HttpStatusError(response).message).toBe('404 Message');
	expect(new HttpStatusError({ ...response, statusMessage: '' }).message).toBe('404');
});
