/** Client certificates, against servers that ask for them. */
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { createPrivateKey } from 'node:crypto';
import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { readCertificate } from '../support/certificates.ts';
import { TestProxy } from '../support/TestProxy.ts';
import { numbered } from '../support/workflow/runWorkflow.ts';
import { jsonOf, sendItems } from '../support/workflow/sendItems.ts';
import type { SendOptions } from '../support/workflow/sendItems.ts';

const serverSide = readCertificate('localhost');
const clientSide = readCertificate('example');
const CREDENTIAL = { ca: serverSide.cert, cert: clientSide.cert, key: clientSide.key };

/** A server that says who the client is, by its certificate. */
class MutualTlsServer {
	origin = '';
	connections = 0;
	private readonly server: Server;

	/** @param requireCertificate refuse clients without one */
	static async start(requireCertificate = true): Promise<MutualTlsServer> {
		const mutual = new MutualTlsServer(requireCertificate);
		await new Promise<void>((resolve) => mutual.server.listen(0, '127.0.0.1', resolve));
		mutual.origin = `https://localhost:${(mutual.server.address() as AddressInfo).port}`;
		return mutual;
	}

	private constructor(requireCertificate: boolean) {
		const tls = { requestCert: true, rejectUnauthorized: requireCertificate, ca: clientSide.cert };
		this.server = createServer({ ...serverSide, ...tls }, (request, response) => {
			const { subject } = (request.socket as TLSSocket).getPeerCertificate();
			const location = new URL(request.url ?? '/', this.origin).searchParams.get('to');
			if (location) return response.writeHead(302, { location }).end();
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ client: subject?.CN ?? 'nobody' }));
		});
		this.server.on('secureConnection', () => this.connections++);
	}

	close(): void {
		this.server.close().closeAllConnections();
	}
}

let server: MutualTlsServer;

beforeEach(async () => {
	server = await MutualTlsServer.start();
});

afterEach(() => server.close());

async function send(
	credential: ICredentialDataDecryptedObject,
	parameters: INodeParameters = {},
	options: SendOptions = {},
) {
	return await sendItems(
		{ url: server.origin, provideSslCertificates: true, ...parameters },
		{ credentials: { httpSslAuth: credential }, ...options },
	);
}

const ADA = [{ client: 'api.example.test' }];

it('shows the certificate, and trusts the authority that comes with it', async () => {
	const { items, error } = await send(CREDENTIAL);
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toEqual(ADA);
});

it('keeps connections for all items', async () => {
	const { items } = await send(CREDENTIAL, { maxConcurrency: 3 }, { items: numbered(30) });
	expect(items).toHaveLength(30);
	expect(server.connections).toBeLessThanOrEqual(3);
});

it('shows none where SSL Certificates is off', async () => {
	const { error } = await send(CREDENTIAL, {
		...{ provideSslCertificates: false, options: { allowUnauthorizedCerts: true } },
	});
	expect(error).toBeDefined();
});

it('never lends a connection to an item with another certificate', async () => {
	const open = await MutualTlsServer.start(false);
	const other = { ...CREDENTIAL, cert: serverSide.cert, key: serverSide.key };
	const credential = Object.fromEntries(
		Object.entries(CREDENTIAL).map(([name, value]) => [
			name,
			`={{ $json.id % 2 ? ${JSON.stringify(value)} : ${JSON.stringify(other[name as 'ca'])} }}`,
		]),
	);
	const { items } = await send(
		credential,
		{ url: open.origin, maxConcurrency: 1 },
		{ items: numbered(4) },
	);
	const clients = jsonOf(items).map((json) => (json as { client: string }).client);
	expect(clients).toEqual(['localhost', 'api.example.test', 'localhost', 'api.example.test']);
	open.close();
});

describe('another origin, by redirect', () => {
	it.each<[string, INodeParameters, string]>([
		['does not see it', {}, 'nobody'],
		[
			'sees it where credentials are to be sent on',
			{ options: { sendCredentialsOnCrossOriginRedirect: true } },
			'api.example.test',
		],
	])('%s', async (_what, parameters, client) => {
		const other = await MutualTlsServer.start(false);
		const url = `${server.origin}/?to=${encodeURIComponent(other.origin)}`;
		const { items, error } = await send(CREDENTIAL, { url, ...parameters });
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual([{ client }]);
		other.close();
	});

	it('does not bring it back on the way back', async () => {
		const [home, other] = await Promise.all([
			MutualTlsServer.start(false),
			MutualTlsServer.start(false),
		]);
		const back = `${other.origin}/?to=${encodeURIComponent(home.origin)}`;
		const { items } = await send(CREDENTIAL, {
			url: `${home.origin}/?to=${encodeURIComponent(back)}`,
		});
		expect(jsonOf(items)).toEqual([{ client: 'nobody' }]);
		home.close();
		other.close();
	});
});

it('is shown through a tunnel', async () => {
	const proxy = await TestProxy.start();
	const { items, error } = await send(CREDENTIAL, { options: { proxy: proxy.url } });
	expect(error).toBeUndefined();
	expect(jsonOf(items)).toEqual(ADA);
	expect(proxy.requests).toHaveLength(1);
	await proxy.close();
});

it('is shown to allowed domains only', async () => {
	const restricted = { allowedHttpRequestDomains: 'domains', allowedDomains: 'example.com' };
	const { error } = await send({ ...CREDENTIAL, ...restricted });
	expect(error?.message).toMatch(/domain/i);
	expect(server.connections).toBe(0);
});

describe('a credential', () => {
	const encrypted = createPrivateKey(clientSide.key)
		.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p4ssphrase' })
		.toString();

	it('may have an encrypted key', async () => {
		const { items } = await send({ ...CREDENTIAL, key: encrypted, passphrase: 'p4ssphrase' });
		expect(jsonOf(items)).toEqual(ADA);
	});

	it.each([
		['blanks', ' '],
		['\\n', '\\n'],
	])('may have been pasted into one line, with %s for line breaks', async (_what, mark) => {
		const inLine = (pem: string) => pem.trim().replaceAll('\n', mark);
		const { items, error } = await send({
			...{ ca: inLine(CREDENTIAL.ca), cert: inLine(CREDENTIAL.cert), key: inLine(CREDENTIAL.key) },
		});
		expect(error).toBeUndefined();
		expect(jsonOf(items)).toEqual(ADA);
	});

	it.each([
		['is no PEM', { cert: 'hello' }],
		['has a key of another certificate', { key: serverSide.key }],
		['has a wrong passphrase', { key: encrypted, passphrase: 'wr0ng-phrase' }],
	])('that %s is refused before anything is sent', async (_what, changes) => {
		const { error } = await send({ ...CREDENTIAL, ...changes });
		expect(error?.message).toMatch(/"SSL Certificate" cannot be used/);
		expect(JSON.stringify([error?.message, error?.description])).not.toMatch(/wr0ng|BEGIN EC/);
		expect(server.connections).toBe(0);
	});
});
