import { InvalidParameter } from '../../parameters/InvalidParameter';
import type { BodySource } from './RequestBody';

/**
 * Checks that nothing is to be added to a body that has no fields.
 *
 * @param kind what the panel calls the kind of body
 * @throws {InvalidParameter}
 */
export function assertNoFields(source: BodySource, kind: string): void {
	if (source.credentialFields !== undefined) {
		throw new InvalidParameter(
			'Body Content Type',
			`cannot be ${kind}, because the credential adds fields to the body`,
			'Use JSON, Form URL Encoded or Form-Data with this credential.',
		);
	}
	if (source.pageFields !== undefined) {
		throw new InvalidParameter(
			'Body Content Type',
			`cannot be ${kind}, because Pagination sets a parameter of the body`,
			'Use JSON, Form URL Encoded or Form-Data, or let Pagination set a query parameter.',
		);
	}
}
