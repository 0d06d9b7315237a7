import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { fetchOnce } from '../../../scripts/lib/http.ts';

/** What the server counted, since it started. */
export interface TokenCounts {
	/** Answers of the token endpoint with a token, and without. */
	issued: number;
	refused: number;
	/** Requests to the API with a valid token, and without. */
	accepted: number;
	rejected: number;
	/** Different tokens that the API has accepted. */
	tokens: number;
}

/**
 * A real authorization server (`oidc-provider`), with an API that its tokens open, in a process of
 * its own. Refresh tokens rotate; using one twice revokes all that came of it.
 */
export class AuthorizationServer {
	readonly origin: string;
	private readonly process: ChildProcess;

	/** @param usesPerToken how many requests the API accepts with a token, which has then expired */
	static async start(usesPerToken = Infinity): Promise<AuthorizationServer> {
		const script = join(import.meta.dirname, 'serverProcess.ts');
		const child = spawn(process.execPath, [script, String(usesPerToken)], {
			// It warns of what is right in a test only.
			stdio: ['pipe', 'pipe', 'ignore'],
		});
		const lines = createInterface({ input: child.stdout });
		const ended = once(lines, 'close').then(() => {
			throw new Error('The authorization server ended before it listened');
		});
		const [origin] = (await Promise.race([once(lines, 'line'), ended])) as [string];
		// Nobody waits for it any more.
		ended.catch(() => {});
		return new AuthorizationServer(origin, child);
	}

	private constructor(origin: string, child: ChildProcess) {
		this.origin = origin;
		this.process = child;
	}

	/** An OAuth2 credential that somebody has connected in n8n. */
	async connectedCredential(
		clientId: 'app' | 'app-post' | 'public',
	): Promise<ICredentialDataDecryptedObject> {
		return {
			grantType: clientId === 'public' ? 'pkce' : 'authorizationCode',
			...{ accessTokenUrl: `${this.origin}/token`, authUrl: `${this.origin}/auth` },
			...{ clientId, clientSecret: clientId === 'public' ? '' : 'app-secret' },
			authentication: clientId === 'app-post' ? 'body' : 'header',
			oauthTokenData: (await this.control(`connect?client=${clientId}`)) as never,
		};
	}

	/** An OAuth2 credential of a service, which needs nobody's consent. */
	serviceCredential(): ICredentialDataDecryptedObject {
		return {
			...{ grantType: 'clientCredentials', accessTokenUrl: `${this.origin}/token` },
			...{ clientId: 'service', clientSecret: 'service-secret', authentication: 'header' },
		};
	}

	async counts(): Promise<TokenCounts> {
		return (await this.control('counts')) as TokenCounts;
	}

	/** Lets the token endpoint fail, or answer again. */
	async setDown(isDown: boolean): Promise<void> {
		await this.control(`down?is=${isDown}`);
	}

	async close(): Promise<void> {
		const exited = once(this.process, 'exit');
		this.process.stdin?.end();
		await exited;
	}

	private async control(path: string): Promise<unknown> {
		const response = await fetchOnce(`${this.origin}/control/${path}`);
		if (!response.ok) throw new Error(await response.text());
		return await response.json();
	}
}
