import type { ServerResponse } from 'node:http';
import { builtInRoutes } from '../../test/support/routes.ts';
import type { ReceivedRequest, RouteHandler, TestServer } from '../../test/support/TestServer.ts';
import { sampleAnswer } from './answers.ts';

/** Pages of the list of orders, with two orders each. */
const PAGES = 3;

/** How often a flaky address refuses before it answers. */
const REFUSALS = 2;

type Orders = Array<{ order: number }>;

function ordersOf(page: number): Orders {
	if (page > PAGES) return [];
	return [{ order: page * 2 - 1 }, { order: page * 2 }];
}

function sendJson(response: ServerResponse, body: unknown, status = 200): void {
	response.statusCode = status;
	response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

function urlOf({ url, headers }: ReceivedRequest): URL {
	return new URL(url, `http://${headers.host ?? 'localhost'}`);
}

function pageOf(request: ReceivedRequest): number {
	return Number(urlOf(request).searchParams.get('page') ?? 1);
}

const customers: RouteHandler = (request, response) => {
	const { status, delayMs, body } = sampleAnswer(Number(urlOf(request).searchParams.get('id')));
	const timer = setTimeout(() => sendJson(response, body, status), delayMs);
	response.once('close', () => clearTimeout(timer));
};

/** A PDF file as short as can be. */
const invoices: RouteHandler = (request, response) => {
	const id = Number(urlOf(request).searchParams.get('id'));
	response.setHeader('content-type', 'application/pdf');
	response.setHeader('content-disposition', `attachment; filename="invoice-${id}.pdf"`);
	response.end(`%PDF-1.4\n% Invoice ${id}\n%%EOF\n`);
};

const moved: RouteHandler = (request, response) => {
	const other = urlOf(request);
	other.hostname = other.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
	other.pathname = '/echo';
	response.writeHead(302, { location: other.href }).end();
};

/** Refuses twice for each method and URL, then answers as `/echo` does, then begins anew. */
function flaky(): RouteHandler {
	const refusals = new Map<string, number>();
	return (request, response) => {
		const key = `${request.method} ${request.url}`;
		const before = refusals.get(key) ?? 0;
		if (before < REFUSALS) {
			refusals.set(key, before + 1);
			sendJson(response, { message: 'Try again' }, 503);
		} else {
			refusals.delete(key);
			builtInRoutes['/echo']?.(request, response);
		}
	};
}

const page: RouteHandler = (_request, response) => {
	response.setHeader('content-type', 'text/html; charset=utf-8').end(
		`<!doctype html><title>Mugs</title><nav>Home, Shop, Help</nav>
<main><h1>Mugs</h1><p class="advert">Half price today!</p><p>New: the blue mug.</p></main>
<footer>Example Shop</footer>`,
	);
};

/**
 * Adds what the example workflows call to what every test server answers (`builtInRoutes`):
 *
 * - `/customers?id=7` a customer after 20 to 60 ms (some after 300); of each thousand, three errors
 * - `/invoices?id=7` a file, with its name in Content-Disposition
 * - `/orders?page=1` pages 1 to 3, then empty lists
 * - `/orders/until-404?page=1` the same, then 404
 * - `/orders/linked?page=1` `{ orders, next }`, `next` being the URL of the next page, or null
 * - `/page` a web page with more on it than what one wants to read
 * - `/moved` redirects to `/echo` at the same port of `localhost`, which is another origin
 * - `/flaky` answers 503 twice, then as `/echo` does
 * - `/misleading` answers as `/echo` does, and always says that its quota is used up for a minute
 */
export function addSampleRoutes(server: TestServer): void {
	const routes: Record<string, RouteHandler> = {
		'/customers': customers,
		'/invoices': invoices,
		'/moved': moved,
		'/page': page,
		'/flaky': flaky(),

		'/misleading': (request, response) => {
			response.setHeader('x-ratelimit-remaining', '0').setHeader('x-ratelimit-reset', '60');
			builtInRoutes['/echo']?.(request, response);
		},

		'/orders': (request, response) => sendJson(response, ordersOf(pageOf(request))),

		'/orders/until-404': (request, response) => {
			const orders = ordersOf(pageOf(request));
			if (orders.length > 0) sendJson(response, orders);
			else sendJson(response, { message: 'No such page' }, 404);
		},

		'/orders/linked': (request, response) => {
			const page = pageOf(request);
			const next = urlOf(request);
			next.searchParams.set('page', String(page + 1));
			sendJson(response, { orders: ordersOf(page), next: page < PAGES ? next.href : null });
		},
	};
	for (const [path, handler] of Object.entries(routes)) server.route(path, handler);
}
