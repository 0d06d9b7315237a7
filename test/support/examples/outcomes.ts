import type { IncomingHttpHeaders } from 'node:http';
import type { INodeExecutionData } from 'n8n-workflow';
import type { TestServer } from '../TestServer.ts';

/** What `/echo` answers about a request. */
export interface Echo {
	method: string;
	path: string;
	query: Record<string, string | string[]>;
	headers: IncomingHttpHeaders;
	body: string;
}

export function echoesOf(items: INodeExecutionData[]): Echo[] {
	return items.map(({ json }) => json as unknown as Echo);
}

/** The ids that a list of numbered items has, from 1. */
export function idsUpTo(count: number): number[] {
	return Array.from({ length: count }, (_, index) => index + 1);
}

/** Paths and queries, in order of arrival. */
export function urlsOf(server: TestServer): string[] {
	return server.requests.map(({ url }) => url);
}

/** True as soon as so many requests have been answered, and nothing is in flight. */
export function answered(count: number): (server: TestServer) => boolean {
	return ({ requests, inFlight }) => requests.length >= count && inFlight === 0;
}
