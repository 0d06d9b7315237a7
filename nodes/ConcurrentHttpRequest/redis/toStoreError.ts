import { Redactor } from '../secrets/Redactor';
import { StoreUnavailable, StoreUntrusted } from '../limits/shared/redis/ScriptStore';
import { CERTIFICATE_CODE } from '../transport/toTransportFailure';

/** First words of errors that pass: Redis loads its data, has lost its primary. */
const PASSING = new Set([
	'BUSY',
	'CLUSTERDOWN',
	'LOADING',
	'MASTERDOWN',
	'NOREPLICAS',
	'TRYAGAIN',
	'UNBLOCKED',
]);

/** Explanations of errors, by their first words. Errors that are not listed explain themselves. */
const MEANING: ReadonlyArray<readonly [beginning: string, meaning: string]> = [
	['NOAUTH', 'it wants a password (NOAUTH)'],
	['WRONGPASS', 'it does not accept the user and the password (WRONGPASS)'],
	['ERR AUTH', 'it does not know users and passwords as the credential has them (ERR AUTH)'],
	['ERR DB index', 'it has no database with this number (ERR DB index is out of range)'],
];

/**
 * Tells errors that pass by themselves from those that do not, and says them in words.
 *
 * @param error what the client library raised, or Node's sockets
 * @param password of the credential, which Redis may quote
 * @returns {StoreUnavailable} where trying again may help
 */
export function toStoreError(error: unknown, password?: string): Error {
	const { name, message: said } = error instanceof Error ? error : new Error(String(error));
	const message = withoutArguments(new Redactor([password ?? '']).text(said));
	const { code } = error as { code?: unknown };
	if (typeof code === 'string' && CERTIFICATE_CODE.test(code)) return new StoreUntrusted(code);
	const isPassing = PASSING.has(message.split(' ', 1)[0] ?? '') || isFromReplica({ message });
	if (name !== 'ReplyError' || isPassing) return new StoreUnavailable(message);
	const [, meaning] = MEANING.find(([beginning]) => message.startsWith(beginning)) ?? [];
	return new Error(meaning ?? message);
}

/** Whether Redis is a replica now. Redis 5 and 6 put the word into an error about the script. */
export function isFromReplica({ message }: Pick<Error, 'message'>): boolean {
	return message.includes('READONLY');
}

/** An error about an unknown command quotes its arguments, which may be secret. */
function withoutArguments(message: string): string {
	return message.replace(/,? with args beginning with:.*/s, '');
}
