import type { ItemParameters } from '../ItemParameters';

/** A body as it goes on the wire. */
export interface RequestBody {
	readonly content: string | Buffer;
	readonly contentType: string;
	/** Whether the kind of body decides the Content-Type, or a header of the item may. */
	readonly contentTypeIsFixed: boolean;
}

/**
 * Builds one kind of body.
 *
 * @param credentialFields what the credential adds to the body
 * @returns `undefined` when there is nothing to send
 * @throws {InvalidParameter}
 */
export type BodyKind = (
	parameters: ItemParameters,
	credentialFields: Record<string, unknown> | undefined,
	typeVersion: number,
) => RequestBody | undefined;
