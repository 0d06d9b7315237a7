import { binaryToString } from '@n8n/backend-network';
import chardet from 'chardet';

import type { TextHelpers } from '../../../nodes/ConcurrentHttpRequest/response/decodeText.ts';

/** What n8n's `helpers` do with texts, without the rest of n8n-core. */
export const textHelpers: TextHelpers = {
	binaryToString,
	detectBinaryEncoding: (body) => chardet.detect(body) as string,
};
