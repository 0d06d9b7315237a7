import {
	assertShared,
	readRedisCredential,
	readWhenRedisIsAway,
} from '../../../nodes/ConcurrentHttpRequest/parameters/redis';
import { parametersOf } from './parametersOf';

const read = (options: Record<string, unknown>, limits: object[] = []) =>
	readWhenRedisIsAway(parametersOf({ options, rateLimits: { limits } }));

it('shares nothing through Redis unless it is set to', () => {
	expect(read({})).toBeUndefined();
	expect(read({ sharedThrough: 'process', whenRedisIsAway: 'fail' })).toBeUndefined();
});

it.each(['wait', 'fail', 'localShare'])('reads what to do while Redis is away: %s', (value) => {
	expect(read({ sharedThrough: 'redis', whenRedisIsAway: value })).toBe(value);
});

it('waits by default', () => {
	expect(read({ sharedThrough: 'redis' })).toBe('wait');
});

it('refuses unknown choices', () => {
	expect(() => read({ sharedThrough: 'etcd' })).toThrow('"Limits Shared Through" cannot be "etcd"');
	expect(() => read({ sharedThrough: 'redis', whenRedisIsAway: 'pray' })).toThrow(
		'"When Redis Is Away" cannot be "pray"',
	);
});

it('refuses to spread evenly, which it cannot do', () => {
	const limits = [{}, { spreadEvenly: true }];
	expect(() => read({ sharedThrough: 'redis' }, limits)).toThrow(
		'"Spread Evenly" does not work with limits that are shared through Redis',
	);
	expect(read({ sharedThrough: 'process' }, limits)).toBeUndefined();
});

it('refuses Redis where there is nothing to share', () => {
	const rateLimits = [{ amount: 1, interval: 1 }];
	expect(() => assertShared({ rateLimits, shared: [] })).toThrow(
		'"Limits Shared Through" is set to Redis, but this node has no limits to share',
	);
	expect(() =>
		assertShared({ rateLimits: [], shared: [{ key: 'name:a', rateLimits }] }),
	).not.toThrow();
});

describe("n8n's Redis credential", () => {
	const options = readRedisCredential;

	it('has the defaults of n8n', () => {
		expect(options({})).toEqual({ host: 'localhost', port: 6379, db: 0 });
		expect(options({ host: '', port: '', user: '', password: '', database: null })).toEqual({
			host: 'localhost',
			port: 6379,
			db: 0,
		});
	});

	it('is read', () => {
		const data = { host: ' r.test ', port: '6380', user: 'me', password: ' p ', database: 2 };
		expect(options(data)).toEqual({
			host: 'r.test',
			port: 6380,
			username: 'me',
			password: ' p ',
			db: 2,
		});
	});

	it.each([
		[{ ssl: true }, true],
		[{ ssl: true, disableTlsVerification: true }, false],
	])('uses TLS: %j', (data, rejectUnauthorized) => {
		expect(options(data).tls).toEqual({ rejectUnauthorized });
		expect(options({ ...data, ssl: false })).not.toHaveProperty('tls');
	});

	it.each([
		[{ host: 'redis://me:secret@r.test' }, /^"Host of the Redis Credential" must be a name/],
		[{ port: 0 }, /^"Port of the Redis Credential" must be/],
		[{ port: 65_536 }, /^"Port of/],
		[{ port: 'secret' }, /^"Port of/],
		[{ database: -1 }, /^"Database Number of the Redis Credential" must be/],
		[{ database: 1.5 }, /^"Database Number of/],
	])('is refused without showing its values: %j', (data, message) => {
		expect(() => options(data)).toThrow(message);
		expect(() => options(data)).not.toThrow(/secret/);
	});
});
