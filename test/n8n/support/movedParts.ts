import type { IDataObject, INodeParameters } from 'n8n-workflow';

/** What many uses are made of. */
export const EVERY = [4, 4.1, 4.2, 4.3, 4.4, 4.5];

export const people: IDataObject[] = [
	{ id: 1, name: 'Ada', tags: ['a', 'b'], address: { city: 'London' } },
	{ id: 2, name: 'Grace & Co', tags: [], address: { city: 'New York' } },
	{ id: 3, name: 'Zoë', tags: ['c'], address: { city: 'Zürich' } },
];

export const pairs = (...parameters: Array<[name: string, value: unknown]>) => ({
	parameters: parameters.map(([name, value]) => ({ name, value })) as INodeParameters[],
});

export const response = (options: INodeParameters): INodeParameters => ({
	options: { response: { response: options } },
});

export const full = response({ fullResponse: true });

export const jsonBody = (body: string, more: INodeParameters = {}): INodeParameters => ({
	...{ method: 'POST', url: 'ORIGIN/mirror', sendBody: true, specifyBody: 'json', jsonBody: body },
	...more,
});

export const redirect = (code: number, to = '/mirror') =>
	`ORIGIN/redirect?code=${code}&to=${encodeURIComponent(to)}`;
