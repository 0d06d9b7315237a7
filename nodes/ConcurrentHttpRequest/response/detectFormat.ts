import type { ResponseHead } from '../transport/HttpResponse';
import type { ResponseFormat, ResponseOptions } from './responseOptions';

/** Content types that HTTP Request treats as files; a prefix or the whole type. */
const BINARY_TYPES = [
	'image/',
	'audio/',
	'video/',
	'application/octet-stream',
	'application/gzip',
	'application/zip',
	'application/vnd.rar',
	'application/epub+zip',
	'application/x-bzip',
	'application/x-bzip2',
	'application/x-cdf',
	'application/vnd.amazon.ebook',
	'application/msword',
	'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
	'application/vnd.ms-fontobject',
	'application/vnd.oasis.opendocument.presentation',
	'application/pdf',
	'application/x-tar',
	'application/vnd.visio',
	'application/vnd.ms-excel',
	'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
	'application/x-7z-compressed',
];

/** The format that the user chose, else the one that HTTP Request takes a Content-Type for. */
export function formatOf(
	{ headers }: Pick<ResponseHead, 'headers'>,
	{ format }: Pick<ResponseOptions, 'format'>,
): Exclude<ResponseFormat, 'autodetect'> {
	if (format !== 'autodetect') return format;
	const type = String(headers['content-type'] ?? '').toLowerCase();
	if (type.includes('application/json')) return 'json';
	return BINARY_TYPES.some((binary) => type.includes(binary)) ? 'file' : 'text';
}
