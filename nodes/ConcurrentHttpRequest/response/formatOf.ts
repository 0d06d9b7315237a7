import type { ResponseHead } from '../transport/HttpResponse';
import type { ResponseFormat, ResponseOptions } from '../parameters/responseOptions';

type KnownFormat = Exclude<ResponseFormat, 'autodetect'>;

/** Content types that HTTP Request takes for files; a prefix or the whole type. */
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

/** What is to be made of an answer: what the user chose, else what its Content-Type stands for. */
export function formatOf({ headers }: ResponseHead, { format }: ResponseOptions): KnownFormat {
	return format === 'autodetect' ? detectFormat(String(headers['content-type'] ?? '')) : format;
}

/** The format that a Content-Type stands for, by HTTP Request's rules. */
export function detectFormat(contentType: string): KnownFormat {
	const type = contentType.toLowerCase();
	if (type.includes('application/json')) return 'json';
	return BINARY_TYPES.some((binary) => type.includes(binary)) ? 'file' : 'text';
}
