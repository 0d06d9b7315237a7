import { AuthenticationFailure } from '../../../nodes/ConcurrentHttpRequest/authentication/AuthenticationFailure.ts';
import { OAuth2Authorizer } from '../../../nodes/ConcurrentHttpRequest/authentication/oauth2/OAuth2Authorizer.ts';
import type {
	OAuth2Client,
	OAuth2Token,
} from '../../../nodes/ConcurrentHttpRequest/authentication/oauth2/OAuth2Authorizer.ts';
import { sendAuthorized } from './sendAuthorized.ts';
import type { HttpRequest } from '../../../nodes/ConcurrentHttpRequest/transport/HttpRequest.ts';
import type { HttpResponse } from '../../../nodes/ConcurrentHttpRequest/transport/HttpResponse.ts';
import { requestTo, responseWith } from '../transport/requestTo.ts';

const token = (accessToken: string, changes: Partial<OAuth2Token> = {}): OAuth2Token => ({
	...{ accessToken, expiresAt: undefined, expiredStatusCodes: [401] },
	...{ ignoreSslIssues: false, isNew: true, ...changes },
});

/** Gives tokens 1, 2, 3 …, of which the first was stored. */
function newClient(changes: Partial<OAuth2Client> = {}) {
	let given = 1;
	return {
		signIn: jest.fn(async () => token('1', { isNew: false })),
		renew: jest.fn(async (_refused: OAuth2Token) => token(String(++given))),
		...changes,
	};
}

/** Requests of a run, each of which is answered when the test says so. */
class Run {
	readonly stop = new AbortController();
	readonly sent: Array<{ token: string; answer: (statusCode: number) => void }> = [];
	private readonly authorizer: OAuth2Authorizer;

	constructor(client: OAuth2Client, now?: () => number) {
		this.authorizer = new OAuth2Authorizer(client, now);
	}

	async send(changes: Partial<HttpRequest> = {}): Promise<number> {
		const request = { ...requestTo('http://a.test/'), authorizer: this.authorizer, ...changes };
		const send = async (attempt: HttpRequest) => {
			const headers = (await attempt.sign!(attempt)) as { Authorization: string };
			return await new Promise<HttpResponse>((resolve) => {
				this.sent.push({
					token: headers.Authorization.replace('Bearer ', ''),
					answer: (status) => resolve({ ...responseWith(status, ''), url: attempt.url }),
				});
			});
		};
		return (await sendAuthorized(request, send, this.stop.signal)).statusCode;
	}

	get tokens(): string[] {
		return this.sent.map((each) => each.token);
	}
}

/** Lets everything happen that waits for nothing but promises. */
const settle = async () => await new Promise(setImmediate);

it('signs in once for requests that start together', async () => {
	const client = newClient();
	const run = new Run(client);
	void Promise.all([run.send(), run.send(), run.send()]);
	await settle();
	expect(run.tokens).toEqual(['1', '1', '1']);
	expect(client.signIn).toHaveBeenCalledTimes(1);
});

it('renews a token once for all requests that were refused with it', async () => {
	const client = newClient();
	const run = new Run(client);
	const statuses = Promise.all([run.send(), run.send(), run.send()]);
	await settle();
	run.sent[0]!.answer(401);
	run.sent[1]!.answer(401);
	await settle();
	// Started before the renewal, refused after it.
	run.sent[2]!.answer(401);
	await settle();
	expect(run.tokens).toEqual(['1', '1', '1', '2', '2', '2']);
	for (const { answer: give } of run.sent.slice(3)) give(200);
	expect(await statuses).toEqual([200, 200, 200]);
	expect(client.renew).toHaveBeenCalledTimes(1);
});

it('lets requests wait while a token is being renewed', async () => {
	let renewed!: (renewal: OAuth2Token) => void;
	const renew = async () => await new Promise<OAuth2Token>((resolve) => (renewed = resolve));
	const run = new Run(newClient({ renew: jest.fn(renew) }));
	void run.send();
	await settle();
	run.sent[0]!.answer(401);
	await settle();
	void run.send();
	await settle();
	expect(run.tokens).toEqual(['1']);
	renewed(token('2'));
	await settle();
	expect(run.tokens).toEqual(['1', '2', '2']);
});

it('signs a request with the token that is current when it leaves admission', async () => {
	const authorizer = new OAuth2Authorizer(newClient());
	const options = { signal: new AbortController().signal, mayRepeat: () => true };
	const request = requestTo('http://a.test/');
	const statuses = [401, 200];
	let signed: unknown;
	const waiting = authorizer.send(
		request,
		async (attempt) => {
			await other;
			signed = await attempt.sign!(attempt);
			return responseWith(200, '');
		},
		options,
	);
	const other = authorizer.send(
		request,
		async (attempt) => {
			await attempt.sign!(attempt);
			return { ...responseWith(statuses.shift()!, ''), url: attempt.url };
		},
		options,
	);
	await waiting;
	expect(signed).toEqual({ Authorization: 'Bearer 2' });
});

describe('a new token that is refused at once', () => {
	const refuseAll = async (client: OAuth2Client, now?: () => number) => {
		const run = new Run(client, now);
		const status = run.send();
		for (let time = 0; time < 10; time++) {
			await settle();
			run.sent[time]?.answer(401);
		}
		return { status: await status, sent: run.sent.length };
	};

	it('is not renewed: its age is not the problem', async () => {
		const client = newClient();
		expect(await refuseAll(client)).toEqual({ status: 401, sent: 2 });
		expect(client.renew).toHaveBeenCalledTimes(1);
	});

	it('is renewed if it has expired, a few times at most', async () => {
		let given = 1;
		const renew = jest.fn(async () => token(String(++given), { expiresAt: 1_000 }));
		expect(await refuseAll(newClient({ renew }), () => 1_000)).toEqual({ status: 401, sent: 4 });
		expect(renew).toHaveBeenCalledTimes(3);
	});

	it('is renewed later, once it has been accepted', async () => {
		const client = newClient();
		const run = new Run(client);
		const statuses = Promise.all([run.send(), run.send()]);
		await settle();
		run.sent[0]!.answer(401);
		run.sent[1]!.answer(401);
		await settle();
		run.sent[2]!.answer(200);
		await settle();
		run.sent[3]!.answer(401);
		await settle();
		run.sent[4]!.answer(200);
		expect(await statuses).toEqual([200, 200]);
		expect(client.renew).toHaveBeenCalledTimes(2);
	});
});

describe('a renewal that fails', () => {
	const failing = (error: Error) => jest.fn(async () => await Promise.reject<OAuth2Token>(error));
	const errors: Array<[what: string, error: Error, attempts: number]> = [
		['the grant is revoked', failure({ name: 'NodeOperationError', message: 'reconnect' }), 1],
		['the client is unknown', failure({ code: 'EAUTH', body: { error: 'invalid_client' } }), 1],
		['a refusal without a reason', failure({ code: 'ESTATUS', status: 403 }), 1],
		['no refresh token', failure({ message: 'expired and no refresh token is available' }), 1],
		['too many requests', failure({ code: 'ESTATUS', status: 429 }), 3],
		['busy', failure({ code: 'EAUTH', body: { error: 'temporarily_unavailable' } }), 3],
		['no connection', failure({ code: 'ECONNREFUSED' }), 3],
	];

	it.each(errors)('%s: %#', async (_what, error, attempts) => {
		const renew = failing(error);
		const run = new Run(newClient({ renew }));
		for (let time = 0; time < 3; time++) {
			const sent = run.sent.length;
			const status = run.send();
			const refused = expect(status).rejects.toBe(error);
			await settle();
			run.sent[sent]?.answer(401);
			await refused;
		}
		expect(renew).toHaveBeenCalledTimes(attempts);
		// What has failed for good is not tried with a token that is known to be refused.
		expect(run.sent).toHaveLength(attempts);
	});

	it('fails all requests that wait for it', async () => {
		const error = failure({ code: 'ECONNREFUSED' });
		const run = new Run(newClient({ renew: failing(error) }));
		const results = Promise.allSettled([run.send(), run.send(), run.send()]);
		await settle();
		for (const { answer: give } of run.sent) give(401);
		expect((await results).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
	});
});

function failure(cause: object): AuthenticationFailure {
	return new AuthenticationFailure('No access token', 'Reconnect', cause);
}

describe('a response of another origin', () => {
	const elsewhere = { ...responseWith(401, ''), url: new URL('http://b.test/') };

	it.each([
		[false, undefined],
		[true, 'Bearer 2'],
	])('renews the token only if it was sent there: %p', async (isSent, expected) => {
		const authorizer = new OAuth2Authorizer(newClient());
		const signed: unknown[] = [];
		await authorizer.send(
			requestTo('http://a.test/'),
			async (attempt) => {
				signed.push(await attempt.sign!(attempt));
				if (signed.length > 1) return responseWith(200, '');
				if (isSent) await attempt.sign!({ ...attempt, url: elsewhere.url });
				return elsewhere;
			},
			{ signal: new AbortController().signal, mayRepeat: () => true },
		);
		expect(signed[1]).toEqual(expected && { Authorization: expected });
	});
});
