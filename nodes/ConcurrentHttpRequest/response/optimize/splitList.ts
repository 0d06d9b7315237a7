import { toText } from '../../common/toText';

/** The entries of a list that was entered with commas between them, or that an expression gave. */
export function splitList(value: unknown): string[] {
	const entries = Array.isArray(value) ? value.map(toText) : toText(value ?? '').split(',');
	return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
}
