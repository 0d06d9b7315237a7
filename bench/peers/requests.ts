import { itemOf } from './items.ts';
import type { Item } from './items.ts';

/**
 * What the expressions of a case are like: one in the URL, such as most workflows have; three of
 * the everyday kind, in URL, header and JSON body; or three that only n8n's engine can evaluate.
 */
export type Expressions = 'simple' | 'everyday' | 'engine';

export interface ReadyRequest {
	method: 'GET' | 'POST';
	url: string;
	headers: Record<string, string>;
	body?: string;
}

/** Parameters that HTTP Request and our node both have. */
export interface RequestParameters {
	method: 'GET' | 'POST';
	url: string;
	[name: string]: unknown;
}

/** How many expressions n8n has to evaluate for each item. */
export const expressionCount: Record<Expressions, number> = { simple: 1, everyday: 3, engine: 3 };

/** @param base URL up to the id */
export function requestParameters(expressions: Expressions, base: string): RequestParameters {
	switch (expressions) {
		case 'simple':
			return { method: 'GET', url: `=${base}{{ $json.id }}` };
		case 'everyday':
			return posting(
				`=${base}{{ $json.id }}?q={{ encodeURIComponent($json.s) }}`,
				'={{ $json.s.toUpperCase() }}',
				"={{ JSON.stringify({ id: $json.id, name: $json.name ?? 'unknown', " +
					"kind: $json.id % 2 === 0 ? 'even' : 'odd' }) }}",
			);
		case 'engine':
			return posting(
				`=${base}{{ $json.id }}?q={{ $json.s.urlEncode() }}`,
				'={{ $json.s.toTitleCase() }}',
				'={{ JSON.stringify({ id: $json.id, day: DateTime.fromMillis($json.id * 86400000, ' +
					"{ zone: 'utc' }).toISODate() }) }}",
			);
	}
}

function posting(url: string, header: string, jsonBody: string): RequestParameters {
	return {
		method: 'POST',
		url,
		sendHeaders: true,
		specifyHeaders: 'keypair',
		headerParameters: { parameters: [{ name: 'x-customer', value: header }] },
		sendBody: true,
		contentType: 'json',
		specifyBody: 'json',
		jsonBody,
	};
}

/** The same requests as they go on the wire, for clients that have no expressions. */
export function readyRequests(
	expressions: Expressions,
	base: string,
	count: number,
): ReadyRequest[] {
	return Array.from({ length: count }, (_, id) => readyRequest(expressions, base, itemOf(id)));
}

function readyRequest(expressions: Expressions, base: string, item: Item): ReadyRequest {
	const { id, s } = item;
	if (expressions === 'simple') return { method: 'GET', url: `${base}${id}`, headers: {} };
	const name = item.name ?? 'unknown';
	const body =
		expressions === 'everyday'
			? { id, name, kind: id % 2 === 0 ? 'even' : 'odd' }
			: { id, day: new Date(id * 86_400_000).toISOString().slice(0, 10) };
	return {
		method: 'POST',
		url: `${base}${id}?q=${encodeURIComponent(s)}`,
		headers: { 'content-type': 'application/json', 'x-customer': s.toUpperCase() },
		body: JSON.stringify(body),
	};
}
