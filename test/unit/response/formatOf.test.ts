import { detectFormat } from '../../../nodes/ConcurrentHttpRequest/response/formatOf.ts';

it.each([
	['application/json', 'json'],
	['Application/JSON; charset=utf-8', 'json'],
	// Only the plain type counts as JSON for HTTP Request, too.
	['application/problem+json', 'text'],
	['application/ld+json', 'text'],
	['text/json', 'text'],
	['image/svg+xml', 'file'],
	['IMAGE/PNG', 'file'],
	['application/pdf;x=y', 'file'],
	['application/x-bzip2', 'file'],
	['application/xml', 'text'],
	['text/html', 'text'],
	['application/x-www-form-urlencoded', 'text'],
	['', 'text'],
	['nonsense', 'text'],
])('%j is %s', (contentType, format) => {
	expect(detectFormat(contentType)).toBe(format);
});
