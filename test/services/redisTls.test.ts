/** A workflow whose limits are shared through a real Redis that wants TLS and a login. */
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Redis } from 'ioredis';
import { IoredisStore } from '../../nodes/ConcurrentHttpRequest/redis/IoredisStore.ts';
import { freePort } from '../../scripts/lib/ports.ts';
import { certificatePath, readCertificate } from '../support/certificates.ts';
import type { CertificateName } from '../support/certificates.ts';
import { redisCommand } from '../support/redis/redisCommand.ts';
import { RedisServer } from '../../scripts/queue/RedisServer.ts';
import { TestServer } from '../support/TestServer.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';

const PASSWORD = 'geheim-4711';
const LIMITED_PASSWORD = 'geheim-4712';
const WRONG_PASSWORD = 'geheim-4713';

/** As docs/how-to/share-limits-between-processes.md says it. */
const RIGHTS = [
	'~n8n-concurrent-http:*',
	'&n8n-concurrent-http:*',
	...['+eval', '+evalsha', '+subscribe', '+unsubscribe', '+info', '+select'],
	...['+time', '+hget', '+hset', '+hdel', '+hgetall', '+hincrbyfloat', '+zadd', '+zrem'],
	...['+zrange', '+zrangebyscore', '+publish', '+pexpire', '+pttl', '+exists', '+del'],
];

interface TlsRedis {
	server: RedisServer;
	tlsPort: number;
}

let server: TestServer;
let redis: TlsRedis;
let misnamed: TlsRedis;
let names = 0;

async function startRedis(certificate: CertificateName): Promise<TlsRedis> {
	const tlsPort = await freePort();
	const path = certificatePath(certificate);
	const redisServer = await RedisServer.start(
		...['--tls-port', String(tlsPort), '--tls-auth-clients', 'no', '--tls-ca-cert-file', path],
		...['--tls-cert-file', path, '--tls-key-file', path.replace('-cert.pem', '-key.pem')],
		...['--requirepass', PASSWORD],
		...['--user', 'limited', 'on', `>${LIMITED_PASSWORD}`, ...RIGHTS],
	);
	return { server: redisServer, tlsPort };
}

beforeAll(async () => {
	server = await TestServer.start();
	redis = await startRedis('localhost');
	misnamed = await startRedis('example');
});

beforeEach(() => server.reset());

afterAll(async () => {
	await server?.close();
	await redis?.server.close();
	await misnamed?.server.close();
});

/** Three items, whose limits are shared by a name that is new. */
async function send(credential: object = {}, whenRedisIsAway = 'wait') {
	names++;
	const sent = await sendItems(
		{
			url: `=${server.origin}/delay?id={{ $json.id }}`,
			maxConcurrency: 2,
			options: {
				...{ limitScope: 'name', limitName: `tls ${names}`, whenRedisIsAway },
				sharedThrough: 'redis',
			},
			rateLimits: { limits: [{ amount: 100, interval: 1, intervalUnit: 'minutes' }] },
		},
		{
			items: numbered(3),
			credentials: {
				redis: {
					...{ host: '127.0.0.1', port: redis.tlsPort, ssl: true },
					...{ user: 'default', password: PASSWORD, database: 0, ...credential },
				},
			},
		},
	);
	expect(JSON.stringify(sent.result.run) + sent.error?.stack).not.toMatch(/geheim/);
	return sent;
}

/** What the user reads, where nothing may have been sent. */
async function refusal(credential: object): Promise<string> {
	const { error } = await send(credential);
	expect(server.requests).toHaveLength(0);
	return `${error?.message}\n${error?.description}`;
}

const answers = ['0', '1', '2'].map((id) => ({ ok: true, id }));

describe('with a certificate that n8n trusts', () => {
	const before = getCACertificates('default');
	const { cert } = readCertificate('localhost');
	beforeAll(() => setDefaultCACertificates([...before, cert, readCertificate('example').cert]));
	afterAll(() => setDefaultCACertificates(before));

	it.each([
		['the default user', {}],
		['a password alone', { user: '' }],
		['a user with no more rights than needed', { user: 'limited', password: LIMITED_PASSWORD }],
	])('shares limits, as %s', async (_name, credential) => {
		const { items, error, hints } = await send({ ...credential, database: 3 });
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(answers);
		expect(hints).toEqual([expect.stringMatching(/^3 requests/)]);
		const keys = await redisCommand(
			redis.server.port,
			'KEYS',
			[`*tls%20${names}}:budget*`],
			PASSWORD,
			3,
		);
		expect(keys).toHaveLength(3);
	});

	it('says that the password is wrong', async () => {
		expect(await refusal({ password: WRONG_PASSWORD })).toMatch(
			/Redis, .* refused: it does not accept the user and the password \(WRONGPASS\)[^]*Check the user/,
		);
	});

	it('says that a password is wanted', async () => {
		expect(await refusal({ user: '', password: '' })).toMatch(
			/Redis, .* refused: it wants a password \(NOAUTH\)[^]*Check the user, the password/,
		);
	});

	it('says that there is no such database', async () => {
		expect(await refusal({ database: 99 })).toMatch(
			/Redis, .* refused: it has no database with this number .*[^]*the database number/,
		);
	});

	it('says that the certificate is for another name', async () => {
		expect(await refusal({ port: misnamed.tlsPort })).toMatch(
			/Redis, .* is not trusted: .* \(ERR_TLS_CERT_ALTNAME_INVALID\)[^]*Use the host name/,
		);
	});
});

describe('with a certificate that nobody vouches for', () => {
	it('fails at once, even if the run is to wait while Redis is away', async () => {
		expect(await refusal({})).toMatch(
			/Redis, .* is not trusted: its certificate does not pass verification \(DEPTH_ZERO_SELF_SIGNED_CERT\)[^]*NODE_EXTRA_CA_CERTS/,
		);
	});

	it('shares limits where the credential says not to verify it', async () => {
		const { items, error } = await send({ disableTlsVerification: true });
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(answers);
	});
});

it('can be left at any moment of the handshake', async () => {
	const tls = { rejectUnauthorized: true };
	for (let times = 0; times < 200; times++) {
		const options = { host: '127.0.0.1', port: redis.tlsPort, password: PASSWORD, tls };
		const store = new IoredisStore(Redis, options);
		await sleep(times % 10);
		store.close();
	}
	// A socket's error that nobody listens to would end n8n, and ends this test.
	await sleep(500);
});

it('names SSL where the connection comes to nothing', async () => {
	const { error } = await send({ ssl: false }, 'fail');
	expect(error?.message).toMatch(/Redis, .* has never been reached since n8n was started: /);
	expect(error?.description).toMatch(/SSL is on there only if Redis wants it/);
	expect(server.requests).toHaveLength(0);
});
