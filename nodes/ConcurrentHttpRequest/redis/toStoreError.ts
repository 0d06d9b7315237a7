import { Redactor } from '../secrets/Redactor';
import { StoreAway, StoreUntrusted } from '../limits/shared/redis/ScriptStore';

/** First words of errors that pass by themselves: it loads, is a replica now, has lost its primary. */
const PASSING = new Set([
	'BUSY',
	'CLUSTERDOWN',
	'LOADING',
	'MASTERDOWN',
	'NOREPLICAS',
	'READONLY',
	'TRYAGAIN',
	'UNBLOCKED',
]);

/** What Redis means by other errors, by how they begin; those that are missing say it well. */
const MEANING: ReadonlyArray<readonly [beginning: string, meaning: string]> = [
	['NOAUTH', 'it wants a password (NOAUTH)'],
	['WRONGPASS', 'it does not accept the user and the password (WRONGPASS)'],
	['ERR AUTH', 'it does not know users and passwords as the credential has them (ERR AUTH)'],
	['ERR DB index', 'it has no database with this number (ERR DB index is out of range)'],
];

/** OpenSSL's and Node's codes for a certificate that does not pass verification. */
const CERTIFICATE_CODE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ALTNAME/;

/**
 * Tells an error that passes by itself from one that does not, and says it in words.
 *
 * @param error what the client library raised, or Node's sockets
 * @param password of the credential, which a Redis may quote
 * @returns {StoreAway} where trying again may help
 */
export function toStoreError(error: unknown, password?: string): Error {
	const { name, message: said } = error instanceof Error ? error : new Error(String(error));
	const message = withoutArguments(new Redactor([password ?? '']).text(said));
	const { code } = error as { code?: unknown };
	if (typeof code === 'string' && CERTIFICATE_CODE.test(code)) return new StoreUntrusted(code);
	const isReply = name === 'ReplyError';
	if (!isReply || PASSING.has(message.split(' ', 1)[0] ?? '')) return new StoreAway(message);
	const [, meaning] = MEANING.find(([beginning]) => message.startsWith(beginning)) ?? [];
	return new Error(meaning ?? message);
}

/** A Redis that does not know a command quotes what came with it, cut at some length. */
function withoutArguments(message: string): string {
	return message.replace(/,? with args beginning with:.*/s, '');
}
