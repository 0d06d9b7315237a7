import type { ResponseHead } from '../transport/HttpResponse';

/** 2xx (RFC 9110 section 15.3). */
export function isSuccess({ statusCode }: Pick<ResponseHead, 'statusCode'>): boolean {
	return statusCode >= 200 && statusCode < 300;
}
