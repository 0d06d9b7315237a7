import { toText } from '../../common/toText';
import { readChoice } from '../../parameters/fields';
import { InvalidParameter } from '../../parameters/InvalidParameter';
import { toBody } from '../ItemFile';
import { formUrlencoded } from './formUrlencoded';
import { json, toJsonBody } from './json';
import { multipartFormData } from './multipart';
import type { BodySource, RequestBody } from './RequestBody';

/** Every kind of body, by the parameter "Body Content Type"; the default first. */
const KINDS = {
	json,
	'form-urlencoded': formUrlencoded,
	'multipart-form-data': multipartFormData,
	binaryData,
	raw,
} satisfies Record<string, (source: BodySource) => RequestBody | undefined>;

const NAMES = Object.keys(KINDS) as Array<keyof typeof KINDS>;

/**
 * Reads the body of an item, with what its credential and pagination add.
 *
 * @returns `undefined` when there is nothing to send
 * @throws {InvalidParameter}
 */
export function readBody(source: BodySource): RequestBody | undefined {
	const { parameters } = source;
	const credentialFields = orNone(source.credentialFields);
	const pageFields = orNone(source.pageFields);
	if (parameters.get('sendBody') !== true) {
		if (credentialFields === undefined && pageFields === undefined) return undefined;
		return toJsonBody({ ...credentialFields, ...pageFields });
	}
	const kind = readChoice(parameters.get('contentType'), 'Body Content Type', NAMES);
	return KINDS[kind]({ ...source, credentialFields, pageFields });
}

function orNone(fields: BodySource['pageFields']): BodySource['pageFields'] {
	return fields && Object.keys(fields).length > 0 ? fields : undefined;
}

/** A binary of the item as the whole body, with its own type. */
function binaryData(source: BodySource): RequestBody {
	assertNoFields(source, 'n8n Binary File');
	const file = source.fileOf(source.parameters.get('inputDataFieldName') ?? '');
	return {
		content: toBody(file),
		contentType: file.mimeType ?? 'application/octet-stream',
		contentTypeIsFixed: false,
		parts: [{ value: file }],
	};
}

/** Any text with any Content-Type. */
function raw(source: BodySource): RequestBody {
	assertNoFields(source, 'Raw');
	const { parameters } = source;
	return {
		content: toText(parameters.get('body')),
		contentType: toText(parameters.get('rawContentType')),
		contentTypeIsFixed: true,
	};
}

/**
 * Refuses to add fields to a body that has none.
 *
 * @param kind the kind of body as the panel shows it
 */
function assertNoFields({ credentialFields, pageFields }: BodySource, kind: string): void {
	if (credentialFields !== undefined) {
		throw new InvalidParameter(
			'Body Content Type',
			`cannot be ${kind}, because the credential adds fields to the body`,
			'Use JSON, Form URL Encoded or Form-Data with this credential.',
		);
	}
	if (pageFields !== undefined) {
		throw new InvalidParameter(
			'Body Content Type',
			`cannot be ${kind}, because Pagination sets a parameter of the body`,
			'Use JSON, Form URL Encoded or Form-Data, or let Pagination set a query parameter.',
		);
	}
}
