import type { AnswerSize } from './answers.ts';
import type { Latency } from './latency.ts';

/** What a request asks the server for. */
export interface Wanted {
	latency: Latency;
	size: AnswerSize;
	id: number;
}

/** The path that asks for it, up to the id. */
export function pathTo({ latency, size }: Pick<Wanted, 'latency' | 'size'>): string {
	return `/${latency}/${size}/`;
}

/** @returns undefined for a path that the server does not know */
export function readPath(path: string): Wanted | undefined {
	const [, latency, size, rest = ''] = path.split('/', 4);
	const query = rest.indexOf('?');
	const digits = query < 0 ? rest : rest.slice(0, query);
	const id = Number(digits);
	const isKnown =
		(latency === '0' || latency === '20' || latency === '200' || latency === 'tail') &&
		(size === '1k' || size === '100k') &&
		digits !== '' &&
		Number.isInteger(id);
	return isKnown ? { latency, size, id } : undefined;
}
