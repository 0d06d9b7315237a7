import type {
	Authorizer,
	AuthorizerOptions,
	HttpRequest,
	RequestHeaders,
} from '../../transport/HttpRequest';
import type { HttpResponse } from '../../transport/HttpResponse';
import { readDigestChallenge } from './challenges';
import { DigestNonce } from './DigestNonce';

/** Attempts after the first. One answers the challenge, the others are for stale nonces. */
const MAX_RESENDS = 3;

/**
 * Digest authentication (RFC 7616) for all requests of a run.
 *
 * Later requests to an origin use the nonce that its server has accepted, each with a number of its
 * own. Requests in flight overtake each other, and a strict server takes a number that comes late
 * for a replay. So a refused request is sent again with the nonce of its own refusal, which no
 * other request knows. That nonce is shared only once the server has accepted it.
 */
export class DigestAuthorizer implements Authorizer {
	readonly preview = {
		note: 'Digest Auth: the Authorization header follows from what the server asks for in its first response.',
	};
	private readonly user: string;
	private readonly password: string;
	private readonly sharedByOrigin = new Map<string, DigestNonce>();

	constructor(user: string, password: string) {
		this.user = user;
		this.password = password;
	}

	async send<T>(
		request: HttpRequest,
		next: (attempt: HttpRequest) => Promise<HttpResponse<T>>,
		{ mayRepeat }: Pick<AuthorizerOptions, 'mayRepeat'>,
	): Promise<HttpResponse<T>> {
		/** The nonce of this request's own refusal. */
		let own: { origin: string; nonce: DigestNonce } | undefined;
		for (let resends = 0; ; resends++) {
			/** The nonce that the last hop was signed with. */
			let used: DigestNonce | undefined;
			/** The URL of that hop. Later hops, if any, had no credentials. */
			let signed: URL | undefined;
			const sign = (hop: HttpRequest): RequestHeaders => {
				signed = hop.url;
				const { origin } = hop.url;
				used = own?.origin === origin ? own.nonce : this.sharedByOrigin.get(origin);
				if (!used) return {};
				const authorization = used.authorize(hop);
				request.secrets.push(authorization);
				return { Authorization: authorization };
			};
			const response = await next({ ...request, sign });
			if (response.url !== signed) return response;
			if (response.statusCode !== 401) {
				if (used) this.accepted(used, response);
				return response;
			}
			const challenge = readDigestChallenge(response.headers['www-authenticate']);
			if (!challenge) return response;
			const { origin } = response.url;
			if (used && used === this.sharedByOrigin.get(origin)) this.sharedByOrigin.delete(origin);
			// A nonce of its own was refused: the server does not accept the login.
			if (used && used === own?.nonce && !challenge.stale) return response;
			if (resends === MAX_RESENDS || !mayRepeat()) return response;
			own = { origin, nonce: new DigestNonce(challenge, this.user, this.password) };
		}
	}

	private accepted(used: DigestNonce, { url, headers }: HttpResponse): void {
		const info = headers['authentication-info'];
		const next = typeof info === 'string' ? /\bnextnonce="([^"]*)"/.exec(info)?.[1] : undefined;
		const nonce = next === undefined ? used : used.next(next);
		// Each use of a nonce is counted, also where several responses name the same one.
		if (this.sharedByOrigin.get(url.origin)?.value === nonce.value) return;
		this.sharedByOrigin.set(url.origin, nonce);
	}
}
