import type { HttpRequest } from '../../transport/HttpRequest';
import type { ItemFiles } from '../ItemFiles';
import type { ItemParameters } from '../../parameters/ItemParameters';

/** A body as it goes on the wire. */
export interface RequestBody {
	readonly content: NonNullable<HttpRequest['body']>;
	readonly contentType: string;
	/** Whether the kind of body decides the Content-Type, or a header of the item may. */
	readonly contentTypeIsFixed: boolean;
}

/** What the body of an item is made of. */
export interface BodySource {
	readonly parameters: ItemParameters;
	/** The item's binaries. */
	readonly files: ItemFiles;
	/** HTTP Request's versions 4.x differ in details. */
	readonly typeVersion: number;
	/** What a header of the item or of its credential says. */
	readonly ownContentType?: string | undefined;
	/** What the credential adds; never empty. */
	readonly credentialFields: Record<string, unknown> | undefined;
	/** What pagination sets for this page, in place of the item's own fields; never empty. */
	readonly pageFields: Record<string, unknown> | undefined;
}

/**
 * Builds one kind of body.
 *
 * @returns `undefined` when there is nothing to send
 * @throws {InvalidParameter}
 */
export type BodyKind = (source: BodySource) => RequestBody | undefined;
