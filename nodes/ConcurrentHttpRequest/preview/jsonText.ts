import { createScanner } from 'jsonc-parser';

import { HIDDEN } from '../secrets/Redactor';
import { isSecretName } from '../secrets/secrets';

/**
 * Hides texts and numbers in JSON: those of fields whose names look secret, in their lists too, and what
 * `hide` finds. All else stays byte for byte. Written anew, numbers of many digits would be others, and of
 * fields with the same name only one would remain.
 *
 * @param json valid JSON
 */
export function hideInJson(json: string, hide: (text: string) => string): string {
	const scanner = createScanner(json, true);
	/** Where the next token begins, and with which character; none at the end. */
	const scan = () => {
		scanner.scan();
		const start = scanner.getTokenOffset();
		return { start, first: json.charAt(start) };
	};
	const pieces: string[] = [];
	let end = 0;
	// For each open object, what holds again behind it: a list under a secret name may go on there.
	const outer: boolean[] = [];
	let isSecret = false;
	let next = scan();
	while (next.first !== '') {
		const { start, first } = next;
		const value = scanner.getTokenValue();
		const until = scanner.getPosition();
		next = scan();
		if (first === '{') {
			outer.push(isSecret);
			isSecret = false;
		} else if (first === '}') {
			isSecret = outer.pop() === true;
		} else if (/["\d-]/.test(first)) {
			const isName = next.first === ':';
			if (isName) isSecret = isSecretName(value);
			const shown = isSecret && !isName ? HIDDEN : hide(value);
			if (shown === value) continue;
			pieces.push(json.slice(end, start), JSON.stringify(shown));
			end = until;
		}
	}
	return pieces.join('') + json.slice(end);
}

const TEXT_OR_BLANKS = /("[^"\\]*(?:\\.[^"\\]*)*")|\s+/g;

/** Whether data, written as JSON, says the same as this JSON, digit for digit. */
export function isWrittenAs(data: unknown, json: string): boolean {
	const compact = json.replace(TEXT_OR_BLANKS, (_, text?: string) =>
		text === undefined ? '' : JSON.stringify(JSON.parse(text)),
	);
	return JSON.stringify(data) === compact;
}
