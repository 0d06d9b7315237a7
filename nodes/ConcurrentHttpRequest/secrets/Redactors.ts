import { Redactor } from './Redactor';
import { secretsOfRequest } from './secrets';

/** The redactors of a run. Most of its requests have the same secrets, and share one, which takes long to make. */
export class Redactors {
	private secrets: readonly string[] = [];
	private latest = new Redactor(this.secrets);

	/** The redactor of all texts that must not appear beside a request. */
	of(request: Parameters<typeof secretsOfRequest>[0]): Redactor {
		const secrets = secretsOfRequest(request);
		const isSame =
			secrets.length === this.secrets.length &&
			secrets.every((secret, index) => secret === this.secrets[index]);
		if (!isSame) {
			this.secrets = secrets;
			this.latest = new Redactor(secrets);
		}
		return this.latest;
	}
}
