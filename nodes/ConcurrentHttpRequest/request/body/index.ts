import { InvalidParameter } from '../../parameters/InvalidParameter';
import { toText } from '../../common/toText';
import { binaryData } from './binaryData';
import { formUrlencoded } from './formUrlencoded';
import { json, jsonOf } from './json';
import { multipartFormData } from './multipartFormData';
import { raw } from './raw';
import type { BodyKind, BodySource, RequestBody } from './RequestBody';

export type { RequestBody } from './RequestBody';

/** Every kind of body, by the parameter "Body Content Type". A new one is a file and a line here. */
const KINDS = new Map(
	Object.entries<BodyKind>({
		json,
		'form-urlencoded': formUrlencoded,
		'multipart-form-data': multipartFormData,
		binaryData,
		raw,
	}),
);

/** The body that the item asks for, with what its credential and pagination add. */
export function readBody(source: BodySource): RequestBody | undefined {
	const { parameters } = source;
	const credentialFields = orNone(source.credentialFields);
	const pageFields = orNone(source.pageFields);
	if (parameters.get('sendBody') !== true) {
		if (credentialFields === undefined && pageFields === undefined) return undefined;
		return jsonOf({ ...credentialFields, ...pageFields });
	}
	const type = toText(parameters.get('contentType') ?? 'json');
	const kind = KINDS.get(type);
	if (!kind) throw new InvalidParameter('Body Content Type', `"${type}" is not one of the list`);
	return kind({ ...source, credentialFields, pageFields });
}

function orNone(fields: BodySource['pageFields']): BodySource['pageFields'] {
	return fields && Object.keys(fields).length > 0 ? fields : undefined;
}
