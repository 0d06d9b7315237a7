import { formatOf } from '../../../nodes/ConcurrentHttpRequest/response/detectFormat.ts';

it.each([
	['application/json', 'json'],
	['Application/JSON; charset=utf-8', 'json'],
	// HTTP Request, too, treats only the plain type as JSON.
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
	const headers = { 'content-type': contentType };
	expect(formatOf({ headers }, { format: 'autodetect' })).toBe(format);
	expect(formatOf({ headers }, { format: 'file' })).toBe('file');
});
