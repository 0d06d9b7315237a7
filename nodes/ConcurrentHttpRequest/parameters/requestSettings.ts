import type { HttpRequest } from '../transport/HttpRequest';
import { LARGEST_BODY, MEGABYTE } from '../transport/largestBody';
import { proxyAddressProblem } from '../transport/proxy';
import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';
import { numberOf, readNumber } from './readNumber';
import { toText } from '../common/toText';

/** How a request is sent, rather than what it says. */
export type RequestSettings = Pick<
	HttpRequest,
	| 'timeout'
	| 'maxRedirects'
	| 'maxResponseSize'
	| 'sendCredentialsOnCrossOriginRedirect'
	| 'proxy'
	| 'allowUnauthorizedCerts'
	| 'http2'
	| 'keepAlive'
>;

/** Milliseconds; HTTP Request's default. */
const DEFAULT_TIMEOUT = 300_000;

/** Milliseconds; the longest that a timer of Node.js can wait. */
const MAX_TIMEOUT = 2_147_483_647;

/** HTTP Request's default. */
const DEFAULT_MAX_REDIRECTS = 21;

/** @throws {InvalidParameter} */
export function readSettings(parameters: ItemParameters): RequestSettings {
	return parameters.derive(settingsOf);
}

function settingsOf(parameters: ItemParameters): RequestSettings {
	return {
		timeout: readTimeout(parameters.get('options.timeout')),
		maxRedirects: readMaxRedirects(parameters),
		maxResponseSize: readMaxResponseSize(parameters),
		sendCredentialsOnCrossOriginRedirect:
			parameters.get('options.sendCredentialsOnCrossOriginRedirect') === true,
		proxy: readProxy(parameters.get('options.proxy')),
		allowUnauthorizedCerts: parameters.get('options.allowUnauthorizedCerts') === true,
		http2: parameters.get('options.http2') !== false,
		keepAlive: readConnection(parameters.get('options.connection')),
	};
}

function readTimeout(value: unknown): number {
	const timeout = value === undefined || value === '' ? 0 : numberOf(value);
	if (timeout === 0) return DEFAULT_TIMEOUT;
	if (!(timeout > 0 && timeout <= MAX_TIMEOUT)) {
		throw new InvalidParameter(
			'Timeout',
			'must be a number of milliseconds above 0',
			'For example 10000 for ten seconds.',
		);
	}
	return timeout;
}

function readMaxRedirects(parameters: ItemParameters): number {
	if (parameters.get('options.redirect') === undefined) return DEFAULT_MAX_REDIRECTS;
	if (parameters.get('options.redirect.redirect.followRedirects') !== true) return 0;
	return readNumber(parameters, 'options.redirect.redirect.maxRedirects', {
		field: 'Max Redirects',
		fallback: DEFAULT_MAX_REDIRECTS,
		min: 0,
		isWhole: true,
	});
}

/** @returns bytes */
function readMaxResponseSize(parameters: ItemParameters): number {
	const megabytes = readNumber(parameters, 'options.maxResponseSize', {
		field: 'Max Response Size',
		fallback: 64,
		min: 0.001,
		max: 512,
		hint: 'A larger response can only be stored: set the option Response > Response Format to File.',
	});
	return Math.min(megabytes * MEGABYTE, LARGEST_BODY);
}

function readConnection(value: unknown): boolean {
	if (value === undefined || value === 'keepAlive') return true;
	if (value === 'close') return false;
	throw new InvalidParameter(
		'Connection',
		`cannot be "${toText(value)}"`,
		'Choose Keep Alive or Close.',
	);
}

function readProxy(value: unknown): string | undefined {
	if (value === undefined || value === '') return undefined;
	const text = toText(value).trim();
	const problem = proxyAddressProblem(text);
	if (problem !== undefined) {
		throw new InvalidParameter('Proxy', problem, 'For example http://proxy.example.com:3128.');
	}
	return text;
}
