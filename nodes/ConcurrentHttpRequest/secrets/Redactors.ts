import { Redactor } from './Redactor';
import { secretsOfRequest } from './secrets';

type Request = Parameters<typeof secretsOfRequest>[0];

/** Where the secrets of a request come from, save for its query. */
type Sources = Pick<Request, 'secrets' | 'headers'>;

/**
 * The redactors of a run. Most of its requests have the same secrets and share one, because finding the
 * secrets of a request and making a redactor of them take longer than building the request.
 */
export class Redactors {
	private secrets: readonly string[] = [];
	private latest = new Redactor(this.secrets);
	/** The latest request's; `undefined` if it had a query, because a query may hold secrets of its own. */
	private sources: Sources | undefined;

	/** The redactor of all texts that must not appear beside a request. */
	of(request: Request): Redactor {
		const hasQuery = request.url.search !== '';
		if (!hasQuery && this.sources && haveSameSecrets(request, this.sources)) return this.latest;
		const secrets = secretsOfRequest(request);
		if (!areSame(secrets, this.secrets)) {
			this.secrets = secrets;
			this.latest = new Redactor(secrets);
		}
		// Copies, because a proxy's login may be added to the originals.
		this.sources = hasQuery
			? undefined
			: { secrets: [...request.secrets], headers: { ...request.headers } };
		return this.latest;
	}
}

function haveSameSecrets(request: Sources, latest: Sources): boolean {
	if (!areSame(request.secrets, latest.secrets)) return false;
	const names = Object.keys(request.headers);
	return (
		names.length === Object.keys(latest.headers).length &&
		names.every((name) => {
			const value = request.headers[name];
			return typeof value === 'string' && value === latest.headers[name];
		})
	);
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
	return some.length === others.length && some.every((each, index) => each === others[index]);
}
