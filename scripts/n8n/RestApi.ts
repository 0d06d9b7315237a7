import { fetchOnce } from '../lib/http.ts';
import { PlainError } from '../lib/PlainError.ts';

/** The owner of every local instance. It listens on loopback only. */
export const owner = {
	email: 'demo@example.com',
	password: 'Concurrent-1',
	firstName: 'Demo',
	lastName: 'Owner',
};

/** n8n ties a session to the browser that logged in; we are always the same one. */
const BROWSER_ID = 'n8n-nodes-concurrent-http';

/** An answer other than 2xx. */
export class RestError extends PlainError {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

/** The REST API that n8n's editor uses, as the instance's owner. */
export class RestApi {
	private readonly baseUrl: string;
	private cookie: string;

	/** @param session that of another process that has signed in */
	constructor(baseUrl: string, session = '') {
		this.baseUrl = baseUrl;
		this.cookie = session;
	}

	/** What signs in another process, too. */
	get session(): string {
		return this.cookie;
	}

	/** Creates the owner's account if there is none yet, and logs in. */
	async signIn(): Promise<void> {
		const settings = await this.call<{ userManagement: { showSetupOnFirstLoad: boolean } }>(
			'GET',
			'/settings',
		);
		if (settings.userManagement.showSetupOnFirstLoad) {
			await this.call('POST', '/owner/setup', owner);
			return;
		}
		const { email, password } = owner;
		await this.call('POST', '/login', { emailOrLdapLoginId: email, password });
	}

	/**
	 * @param path below `/rest`
	 * @returns the `data` of the answer
	 * @throws RestError if n8n refuses
	 */
	async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
		const text = await this.request(method, `/rest${path}`, body);
		return (JSON.parse(text) as { data: T }).data;
	}

	/** What n8n tells its editor of all credential types, or of all node types in all versions. */
	async types<T>(kind: 'credentials' | 'nodes'): Promise<T[]> {
		return JSON.parse(await this.request('GET', `/types/${kind}.json`)) as T[];
	}

	private async request(method: string, path: string, body?: unknown): Promise<string> {
		const response = await fetchOnce(this.baseUrl + path, {
			method,
			headers: {
				'browser-id': BROWSER_ID,
				cookie: this.cookie,
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
		if (cookies.length > 0) this.cookie = cookies.join('; ');
		const text = await response.text();
		if (!response.ok) {
			throw new RestError(
				response.status,
				`n8n answered ${response.status} to ${method} ${path}: ${text.slice(0, 1000)}`,
			);
		}
		return text;
	}
}
