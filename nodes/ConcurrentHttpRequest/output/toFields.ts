import type { IDataObject } from 'n8n-workflow';

/** An item's `json` is an object, so a bare number, text or list needs a field. */
export function toFields(value: unknown): IDataObject {
	if (value === null || value === undefined) return {};
	return typeof value === 'object' && !Array.isArray(value)
		? (value as IDataObject)
		: { data: value };
}
