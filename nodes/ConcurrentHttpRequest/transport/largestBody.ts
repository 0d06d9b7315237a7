import { constants } from 'node:buffer';

import { TransportFailure } from './TransportFailure';

/**
 * Bytes that an answer which is no file may have, decompressed: as many as V8 lets a text have
 * characters, 512 MiB. No text and no JSON could be made of more, and a small compressed answer that
 * swells without end would take the memory of all that runs in n8n.
 */
export const LARGEST_BODY = constants.MAX_STRING_LENGTH;

export function tooLarge(): TransportFailure {
	return new TransportFailure(
		'answer too large',
		'The answer has more than 512 MiB, which only a file can have',
	);
}
