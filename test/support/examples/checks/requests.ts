import { readCertificate } from '../../certificates.ts';
import { jsonOf, pairsOf } from '../../workflow/sendItems.ts';
import type { ExampleCheck } from '../ExampleCheck.ts';
import { echoesOf, idsUpTo, urlsOf } from '../outcomes.ts';

const BEARER = { httpBearerAuth: { token: 'secret' } };

/** What is sent, where, and by whom: docs/options/requests.md. */
export const requestChecks: Record<string, ExampleCheck> = {
	'method.json': {
		expect: ({ server, items }) => {
			const sent = server.requests.map(({ method, url }) => `${method} ${url}`);
			expect(sent.sort()).toEqual(['DELETE /echo?id=2', 'PUT /echo?id=1']);
			expect(echoesOf(items).map(({ method }) => method)).toEqual(['PUT', 'DELETE']);
		},
	},

	'authentication-generic.json': {
		credentials: () => BEARER,
		expect: ({ items }) => {
			expect(echoesOf(items).map(({ headers }) => headers.authorization)).toEqual(
				idsUpTo(3).map(() => 'Bearer secret'),
			);
		},
	},

	'authentication-concurrent-http-api.json': {
		credentials: (origin) => ({
			concurrentHttpApi: { baseUrl: origin, authType: 'bearer', token: 'secret' },
		}),
		expect: ({ server, items }) => {
			expect(urlsOf(server).sort()).toEqual(['/echo?id=1', '/echo?id=2', '/echo?id=3']);
			expect(echoesOf(items)[2]?.headers.authorization).toBe('Bearer secret');
		},
	},

	'client-certificate.json': {
		server: { tls: true, clientCertificate: 'example' },
		credentials: () => {
			const { cert, key } = readCertificate('example');
			return { httpSslAuth: { ca: readCertificate('localhost').cert, cert, key } };
		},
		expect: ({ items }) => expect(pairsOf(items)).toEqual([0, 1, 2]),
	},

	'query-fields.json': {
		expect: ({ server }) => {
			expect(urlsOf(server).map(decodeURIComponent)).toEqual([
				'/echo?search=rock & roll&tag[]=new&tag[]=open',
			]);
		},
	},

	'query-json.json': {
		expect: ({ items }) => {
			expect(echoesOf(items).map(({ query }) => query)).toEqual([
				{ page: '2', tag: 'new' },
				{ page: '3' },
			]);
		},
	},

	'headers-fields.json': {
		expect: ({ server, items }) => {
			expect(echoesOf(items).map(({ headers }) => headers['x-trace'])).toEqual([
				'item-1',
				'item-2',
				'item-3',
			]);
			expect(server.requests[0]?.rawHeaders).toEqual(
				expect.arrayContaining(['X-Trace', 'Accept-Language', 'en']),
			);
		},
	},

	'headers-json.json': {
		expect: ({ items }) => {
			expect(echoesOf(items)[0]?.headers).toMatchObject({
				'accept-language': 'en',
				'x-trace': 'nightly',
			});
		},
	},

	'body-json-fields.json': {
		expect: ({ items }) => {
			const [echo] = echoesOf(items);
			expect(echo?.headers['content-type']).toBe('application/json');
			expect(JSON.parse(echo?.body ?? '')).toEqual({
				...{ name: 'Ada', age: 36 },
				address: { city: 'London' },
			});
		},
	},

	'body-json.json': {
		expect: ({ items }) => {
			expect(echoesOf(items).map(({ body }) => JSON.parse(body) as unknown)).toEqual([
				{ name: 'Ada', tags: ['new'] },
				{ name: 'Grace', tags: [] },
			]);
		},
	},

	'body-form.json': {
		expect: ({ items }) => {
			const [echo] = echoesOf(items);
			expect(echo?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
			expect(Object.fromEntries(new URLSearchParams(echo?.body))).toEqual({
				name: 'Ada & Co',
				city: 'London',
			});
		},
	},

	'body-form-text.json': {
		expect: ({ items }) => {
			const form = new URLSearchParams(echoesOf(items)[0]?.body);
			expect(form.get('name')).toBe('Ada & Co');
			expect(form.getAll('tag')).toEqual(['new', 'open']);
		},
	},

	'body-form-data.json': {
		expect: async ({ server }) => {
			const [request] = server.requests;
			const type = request?.headers['content-type'] ?? '';
			const body = new Uint8Array(request?.body ?? []);
			const form = await new Response(body, { headers: { 'content-type': type } }).formData();
			expect(form.get('title')).toBe('Invoice 17');
			const file = form.get('file') as File;
			expect(file.name).toBe('invoice-17.txt');
			expect(await file.text()).toBe('Invoice 17');
		},
	},

	'body-file.json': {
		expect: ({ items }) => {
			expect(echoesOf(items)[0]).toMatchObject({
				...{ method: 'PUT', body: 'Invoice 17' },
				headers: { 'content-type': 'text/plain' },
			});
		},
	},

	'body-raw.json': {
		expect: ({ items }) => {
			expect(echoesOf(items)[0]).toMatchObject({
				body: '<user><name>Ada</name></user>',
				headers: { 'content-type': 'application/xml' },
			});
		},
	},

	'1000-requests.json': {
		expect: ({ server, items, errors }) => {
			expect(server.mostInFlight).toBe(50);
			expect(server.requests).toHaveLength(1000);
			expect(errors.map(({ json }) => json.id)).toEqual([250, 500, 750]);
			const others = idsUpTo(1000).filter((id) => ![250, 500, 750].includes(id));
			expect(items.map(({ json }) => json.id)).toEqual(others);
		},
	},

	'scheduled.json': {
		expect: ({ server, items }) => {
			expect(server.mostInFlight).toBe(5);
			expect(jsonOf(items).map((json) => (json as { id: number }).id)).toEqual(idsUpTo(20));
		},
	},

	'adaptive.json': {
		expect: ({ server, items, hints }) => {
			expect(items).toHaveLength(300);
			expect(server.requests).toHaveLength(300);
			expect(server.mostInFlight).toBeLessThanOrEqual(100);
			expect(hints[0]).toMatch(
				/Adaptive concurrency (settled at|was at|went up to its Max Concurrency of) \d/,
			);
		},
	},
};
