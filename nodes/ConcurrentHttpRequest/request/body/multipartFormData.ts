import { InvalidParameter } from '../../parameters/InvalidParameter';
import { toText } from '../../common/toText';
import { encodeMultipart, newBoundary, type Part, textParts } from './multipart';
import type { BodyKind, BodySource } from './RequestBody';

/** A row of the panel's list. */
interface Row {
	readonly parameterType?: unknown;
	readonly name?: unknown;
	readonly value?: unknown;
	readonly inputDataFieldName?: unknown;
}

/** A form of texts and files, for example an upload. */
export const multipartFormData: BodyKind = (source) => {
	const boundary = newBoundary();
	return {
		content: encodeMultipart(partsOf(source), boundary),
		contentType: `multipart/form-data; boundary=${boundary}`,
		contentTypeIsFixed: true,
	};
};

/**
 * Names may occur more than once from version 4.2 on, for example for several files of one field.
 * Before that the last row of a name wins, at the place of the first: HTTP Request's versions
 * differ in that.
 */
function partsOf(source: BodySource): Part[] {
	const { parameters, typeVersion, credentialFields, pageFields } = source;
	const given = parameters.get('bodyParameters.parameters');
	const rows = (Array.isArray(given) ? (given as Row[]) : []).filter(isFilledIn);
	const named = rows.map((row) => [toText(row.name), row] as const);
	const kept = typeVersion >= 4.2 ? named : [...new Map(named)];
	const set = { ...credentialFields, ...pageFields };
	const parts = [
		...kept
			.filter(([name]) => !Object.hasOwn(set, name))
			.flatMap(([name, row]) =>
				isFile(row) ? filePart(name, row, source) : textParts(name, row.value),
			),
		...Object.entries(set).flatMap(([name, value]) => textParts(name, value)),
	];
	for (const { name, value } of parts) {
		assertNoNul('a field', name);
		if (typeof value !== 'string') assertNoNul('a file', value.fileName);
	}
	return parts;
}

/** Names stand in headers, which cannot hold a NUL (RFC 9110 section 5.5); some servers cut them there. */
function assertNoNul(owner: string, name = ''): void {
	if (!name.includes('\0')) return;
	throw new InvalidParameter(
		'Body',
		`contains ${owner} whose name has a NUL character: ${JSON.stringify(name)}`,
		'Remove the character, for example with replaceAll("\\u0000", "") in an expression.',
	);
}

function isFile({ parameterType }: Row): boolean {
	return parameterType === 'formBinaryData';
}

/** A row that was added but never filled in is left out. */
function isFilledIn(row: Row): boolean {
	return !isBlank(row.name) || !isBlank(isFile(row) ? row.inputDataFieldName : row.value);
}

function isBlank(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

function filePart(name: string, { inputDataFieldName }: Row, { files }: BodySource): Part {
	if (isBlank(inputDataFieldName)) {
		throw new InvalidParameter(
			'Input Data Field Name',
			`of the form field "${name}" is empty`,
			'Enter the name of the binary field to send, for example data.',
		);
	}
	return { name, value: files.get(inputDataFieldName) };
}
