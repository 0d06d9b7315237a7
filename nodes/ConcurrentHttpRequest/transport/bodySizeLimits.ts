import { constants } from 'node:buffer';

import { TransportFailure } from './TransportFailure';

/** Bytes of the unit in which response sizes are set and shown. */
export const MEGABYTE = 1024 * 1024;

/**
 * Bytes that a response may have at most where it is read into memory, decompressed: as many as V8
 * lets a text have characters, 24 less than 512 MB. No text and no JSON could be made of more.
 */
export const LARGEST_BODY = constants.MAX_STRING_LENGTH;

/** @param most bytes that the response may have */
export function tooLarge(most: number): TransportFailure {
	const megabytes = Number((most / MEGABYTE).toFixed(3));
	return new TransportFailure(
		'response too large',
		`The response has more than the ${megabytes} MB that Max Response Size allows`,
	);
}
