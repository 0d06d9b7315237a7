import {
	StoreUnavailable,
	StoreUntrusted,
} from '../../../nodes/ConcurrentHttpRequest/limits/shared/redis/ScriptStore';
import { toStoreError } from '../../../nodes/ConcurrentHttpRequest/redis/toStoreError';

/** As the client library hands on what Redis answered. */
const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });
const coded = (code: string) => Object.assign(new Error(`something with ${code}`), { code });

it.each([
	coded('ECONNREFUSED'),
	coded('ENOTFOUND'),
	new Error('Connection is closed.'),
	reply('LOADING Redis is loading the dataset in memory'),
	reply('READONLY You can’t write against a read only replica.'),
	// Redis 5 and 6 put a script's error into one of their own.
	reply(
		"ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica.",
	),
	reply('MASTERDOWN Link with MASTER is down'),
])('may pass by itself: %s', (error) => {
	const said = toStoreError(error);
	expect(said).toBeInstanceOf(StoreUnavailable);
	expect(said.message).toBe(error.message);
});

it.each([
	['WRONGPASS invalid username-password pair or user is disabled.', /the user and the password/],
	['NOAUTH Authentication required.', /^it wants a password/],
	['ERR AUTH <password> called without any password configured', /users and passwords/],
	['ERR DB index is out of range', /^it has no database with this number/],
	["NOPERM this user has no permissions to run the 'evalsha' command", /^NOPERM this user/],
	['ERR Error compiling script', /^ERR Error compiling script/],
])('does not pass by itself: %s', (message, meaning) => {
	const said = toStoreError(reply(message));
	expect(said).not.toBeInstanceOf(StoreUnavailable);
	expect(said.message).toMatch(meaning);
});

it.each([
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'CERT_HAS_EXPIRED',
	'ERR_TLS_CERT_ALTNAME_INVALID',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])('is not trusted: %s', (code) => {
	const said = toStoreError(coded(code));
	expect(said).toBeInstanceOf(StoreUntrusted);
	expect(said).not.toBeInstanceOf(StoreUnavailable);
	expect(said.message).toBe(`its certificate does not pass verification (${code})`);
});

it.each([
	"ERR unknown command 'auth', with args beginning with: 'me' 'hunter2' ",
	'ERR unknown command `AUTH`, with args beginning with: `me`, `hunter2`, ',
	// Redis quotes no more than 128 characters.
	"ERR unknown command 'auth', with args beginning with: 'hunt",
	'ERR AUTH hunter2 is wrong',
	'LOADING since AUTH hunter2',
])('does not show the password that Redis quotes: %s', (message) => {
	expect(toStoreError(reply(message), 'hunter2').message).not.toMatch(/hunt|args/);
});
