import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/lib/ports.ts';
import { readCertificate } from '../certificates.ts';
import { startProgram, stopProgram } from './programs.ts';
import type { LoggedRequest, RealProxy, RealProxyOptions } from './RealProxy.ts';

export interface SquidOptions extends RealProxyOptions {
	/** Names that only the proxy can resolve: host name to address. */
	readonly hosts?: Readonly<Record<string, string>>;
	/** More lines of its configuration, before those that allow everything. */
	readonly rules?: readonly string[];
}

/** Where Debian's package has the helper that checks logins. */
const LOGIN_HELPER = '/usr/lib/squid/basic_ncsa_auth';

/** Squid forwards, tunnels and keeps connections open, at an http and at an https address. */
export class Squid implements RealProxy {
	readonly url: string;
	/** The same proxy for clients that speak TLS to it. */
	readonly secureUrl: string;
	/** PEM of the certificate that it shows there. */
	readonly ca: string;
	private readonly folder: string;
	private readonly process: ChildProcess;

	static async start(options: SquidOptions = {}): Promise<Squid> {
		const folder = await mkdtemp(join(tmpdir(), 'squid-'));
		// Started by root, it goes on as a user of its own, who writes the logs.
		await chmod(folder, 0o777);
		const ports = [await freePort(), await freePort()] as const;
		const certificate = readCertificate('localhost');
		const { login, hosts = {}, rules = [] } = options;
		const files = {
			'cert.pem': certificate.cert,
			'key.pem': certificate.key,
			hosts: Object.entries(hosts)
				.map(([name, address]) => `${address} ${name}\n`)
				.join(''),
			logins: login ? `${login.user}:${md5(login.password)}\n` : '',
			'squid.conf': configuration(folder, ports, login !== undefined, rules),
		};
		for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
		// The name keeps its shared memory apart from another Squid's.
		const args = ['-N', '-f', join(folder, 'squid.conf'), '-n', `test${ports[0]}`];
		return new Squid(folder, ports, certificate.cert, await startProgram('squid', args, ports));
	}

	private constructor(
		folder: string,
		[port, securePort]: readonly [number, number],
		ca: string,
		process: ChildProcess,
	) {
		this.url = `http://127.0.0.1:${port}`;
		this.secureUrl = `https://127.0.0.1:${securePort}`;
		this.ca = ca;
		this.folder = folder;
		this.process = process;
	}

	async stop(): Promise<void> {
		// Its word for "now"; with the usual one it looks around for a while.
		await stopProgram(this.process, 'SIGINT');
	}

	async log(): Promise<LoggedRequest[]> {
		const text = await readFile(join(this.folder, 'access.log'), 'utf8');
		return [...text.matchAll(/^request (\d+) ([A-Z]+) (\S+)$/gm)].map(
			([, connection = '', method = '', target = '']) => ({ method, target, connection }),
		);
	}

	async close(): Promise<void> {
		await this.stop();
		await rm(this.folder, { recursive: true, force: true });
	}
}

function configuration(
	folder: string,
	[port, securePort]: readonly [number, number],
	wantsLogin: boolean,
	rules: readonly string[],
): string {
	const login = [
		`auth_param basic program ${LOGIN_HELPER} ${folder}/logins`,
		'auth_param basic realm test',
		'acl known proxy_auth REQUIRED',
		'http_access deny !known',
	];
	return [
		`http_port 127.0.0.1:${port}`,
		`https_port 127.0.0.1:${securePort} tls-cert=${folder}/cert.pem tls-key=${folder}/key.pem`,
		`hosts_file ${folder}/hosts`,
		...rules,
		...(wantsLogin ? login : []),
		...['http_access allow all', 'strip_query_terms off'],
		'logformat short request %>p %rm %ru',
		`access_log stdio:${folder}/access.log short`,
		`cache_log ${folder}/cache.log`,
		...['cache deny all', 'cache_mem 0', 'memory_cache_shared off', 'pinger_enable off'],
		...['pid_filename none', 'coredump_dir none', 'visible_hostname squid.test'],
		'shutdown_lifetime 0 seconds',
		'',
	].join('\n');
}

/** One of the forms in which Squid's helper keeps passwords. */
function md5(text: string): string {
	return createHash('md5').update(text).digest('hex');
}
