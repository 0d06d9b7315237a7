import type { ItemParameters } from '../../parameters/ItemParameters';
import type { BodyPart, HttpRequest } from '../../transport/HttpRequest';
import type { ItemFile } from '../ItemFile';

/** A body as it goes on the wire. */
export interface RequestBody {
	readonly content: NonNullable<HttpRequest['body']>;
	readonly contentType: string;
	/** Whether the kind of body decides the Content-Type, or a header of the item may. */
	readonly contentTypeIsFixed: boolean;
	/** What it consists of, where that are several texts, or files. */
	readonly parts?: readonly BodyPart[];
}

/** What the body of an item is made of. */
export interface BodySource {
	readonly parameters: ItemParameters;
	/**
	 * Gets a binary of the item.
	 *
	 * @throws {InvalidParameter} when the item has no such binary
	 */
	readonly fileOf: (field: unknown) => ItemFile;
	/** HTTP Request's versions 4.x differ in details. */
	readonly typeVersion: number;
	/** The Content-Type that a header of the item or of its credential sets. */
	readonly ownContentType?: string | undefined;
	/** What the credential adds; never empty. */
	readonly credentialFields: Record<string, unknown> | undefined;
	/** What pagination sets for this page, in place of the item's own fields; never empty. */
	readonly pageFields: Record<string, unknown> | undefined;
}
