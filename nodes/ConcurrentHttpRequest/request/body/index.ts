import { InvalidParameter } from '../InvalidParameter';
import type { ItemParameters } from '../ItemParameters';
import { toText } from '../toText';
import { formUrlencoded } from './formUrlencoded';
import { json, jsonOfCredential } from './json';
import { raw } from './raw';
import type { BodyKind, RequestBody } from './RequestBody';

export type { RequestBody } from './RequestBody';

/** Every kind of body, by the parameter "Body Content Type". A new one is a file and a line here. */
const KINDS = new Map(
	Object.entries<BodyKind>({
		json,
		'form-urlencoded': formUrlencoded,
		raw,
	}),
);

/** The body that the item asks for, with what its credential adds. */
export function readBody(
	parameters: ItemParameters,
	credentialFields: Record<string, unknown> | undefined,
	typeVersion: number,
): RequestBody | undefined {
	const fields =
		credentialFields && Object.keys(credentialFields).length > 0 ? credentialFields : undefined;
	if (parameters.get('sendBody') !== true) {
		return fields && jsonOfCredential(fields);
	}
	const type = toText(parameters.get('contentType') ?? 'json');
	const kind = KINDS.get(type);
	if (!kind) throw new InvalidParameter('Body Content Type', `"${type}" is not supported yet`);
	return kind(parameters, fields, typeVersion);
}
