import {
	type EgressFilter,
	n8nEgressPolicy,
} from '../../../nodes/ConcurrentHttpRequest/egress/n8nEgressPolicy.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';

const URL_ = new URL('http://10.0.0.1:8080/a?b#c');
const refused = new Error('10.0.0.1 is blocked');
const ENOTFOUND = Object.assign(new Error('getaddrinfo ENOTFOUND x.test'), {
	code: 'ENOTFOUND',
	syscall: 'getaddrinfo',
});

const allowed = { ok: true, result: undefined } as const;

/** Like n8n's own filter; allows everything but what is replaced. */
function filter(changes: Partial<EgressFilter> = {}): EgressFilter {
	return {
		validateUrl: async () => await Promise.resolve(allowed),
		createSecureLookup: () => (_hostname, _options, callback) => callback(null, '127.0.0.1', 4),
		validateRedirectSync: () => {},
		validateConnectionHost: () => allowed,
		...changes,
	};
}

/** The first version of the filter, of n8n 2.31. */
const first = ({ validateUrl, createSecureLookup } = filter()): EgressFilter => ({
	validateUrl,
	createSecureLookup,
});

const blocked = { kind: 'blocked by policy', message: '10.0.0.1 is blocked', cause: refused };

describe('a URL', () => {
	it('passes where n8n allows it, or has no filter', async () => {
		const validateUrl = jest.fn(filter().validateUrl);
		await n8nEgressPolicy(filter({ validateUrl })).checkUrl(URL_);
		expect(validateUrl.mock.calls).toEqual([[URL_]]);
		await n8nEgressPolicy(undefined).checkUrl(URL_);
	});

	it.each([
		['says no', async () => await Promise.resolve({ ok: false, error: refused } as const)],
		['rejects', async () => await Promise.reject(refused)],
	])('is refused where n8n %s', async (_how, validateUrl) => {
		const check = n8nEgressPolicy(filter({ validateUrl })).checkUrl(URL_);
		await expect(check).rejects.toBeInstanceOf(TransportFailure);
		await expect(check).rejects.toMatchObject(blocked);
	});

	it('with a name that does not exist is no refusal', async () => {
		for (const validateUrl of [
			async () => await Promise.resolve({ ok: false, error: ENOTFOUND } as const),
			async () => await Promise.reject(ENOTFOUND),
		]) {
			const check = n8nEgressPolicy(filter({ validateUrl })).checkUrl(URL_);
			await expect(check).rejects.toMatchObject({ kind: 'host not found', code: 'ENOTFOUND' });
		}
	});
});

describe('a redirect', () => {
	it('passes where n8n allows it, or cannot tell', () => {
		const validateRedirectSync = jest.fn();
		n8nEgressPolicy(filter({ validateRedirectSync })).checkRedirect(URL_);
		expect(validateRedirectSync.mock.calls).toEqual([[URL_.href]]);
		n8nEgressPolicy(first()).checkRedirect(URL_);
		n8nEgressPolicy(undefined).checkRedirect(URL_);
	});

	it('is refused where n8n refuses it', () => {
		const validateRedirectSync = () => {
			throw refused;
		};
		const check = () => n8nEgressPolicy(filter({ validateRedirectSync })).checkRedirect(URL_);
		expect(check).toThrow(TransportFailure);
		expect(check).toThrow(expect.objectContaining(blocked) as Error);
	});
});

describe('the host of a connection', () => {
	it('passes where n8n allows it, or cannot tell', () => {
		const validateConnectionHost = jest.fn(() => allowed);
		const policy = n8nEgressPolicy(filter({ validateConnectionHost }));
		expect(policy.connectionHostError('::1')).toBeUndefined();
		expect(validateConnectionHost.mock.calls).toEqual([['::1']]);
		expect(n8nEgressPolicy(first()).connectionHostError('::1')).toBeUndefined();
		expect(n8nEgressPolicy(undefined).connectionHostError('::1')).toBeUndefined();
	});

	it('is refused where n8n refuses it', () => {
		const validateConnectionHost = () => ({ ok: false, error: refused }) as const;
		const policy = n8nEgressPolicy(filter({ validateConnectionHost }));
		expect(policy.connectionHostError('10.0.0.1')).toMatchObject(blocked);
	});
});

describe('a look-up', () => {
	const lookUp = (policy: ReturnType<typeof n8nEgressPolicy>, hostname: string) =>
		new Promise((resolve) => {
			policy.lookup(hostname, { family: 4 }, (error, address, family) =>
				resolve({ error, address, family }),
			);
		});

	it('is made by n8n', async () => {
		const lookup = jest.fn(filter().createSecureLookup());
		const policy = n8nEgressPolicy(filter({ createSecureLookup: () => lookup }));
		expect(await lookUp(policy, 'x.test')).toEqual({
			error: null,
			address: '127.0.0.1',
			family: 4,
		});
		expect(lookup.mock.calls[0]?.slice(0, 2)).toEqual(['x.test', { family: 4 }]);
	});

	it('is that of the system where n8n has no filter', async () => {
		expect(await lookUp(n8nEgressPolicy(undefined), '127.0.0.1')).toMatchObject({
			error: null,
			address: '127.0.0.1',
		});
	});

	it.each([
		[refused, blocked],
		[ENOTFOUND, { kind: 'host not found', code: 'ENOTFOUND' }],
	])('that fails says why: %s', async (error, expected) => {
		const createSecureLookup: EgressFilter['createSecureLookup'] =
			() => (_hostname, _options, callback) =>
				callback(error, '', 0);
		const policy = n8nEgressPolicy(filter({ createSecureLookup }));
		expect(await lookUp(policy, 'x.test')).toMatchObject({ error: expected });
	});
});

describe('the domains of a credential', () => {
	const { checkCredentialDomain } = n8nEgressPolicy(undefined);

	it.each([
		['http://a.test/', undefined],
		['http://a.test/', 'a.test'],
		['http://a.test:8080/', 'b.test, a.test'],
		['http://x.a.test/', '*.a.test'],
	])('have %s among them: %j', (url, domains) => {
		expect(() => checkCredentialDomain(new URL(url), domains)).not.toThrow();
	});

	it.each([
		['http://b.test/', 'a.test'],
		['http://a.test.b.test/', 'a.test'],
		['http://x.a.test/', 'a.test'],
		['http://ba.test/', '*.a.test'],
	])('do not have %s among them: %j', (url, domains) => {
		const check = () => checkCredentialDomain(new URL(url), domains);
		expect(check).toThrow(expect.objectContaining({ kind: 'blocked by policy' }) as Error);
	});
});
