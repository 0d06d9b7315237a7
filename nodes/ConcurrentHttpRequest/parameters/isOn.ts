/**
 * Whether a switch is on. An expression may give something else than `true`: as in HTTP Request, whatever
 * counts as true in JavaScript, a text such as `yes` for example. Not for switches that give up security.
 */
export function isOn(value: unknown): boolean {
	return Boolean(value);
}
