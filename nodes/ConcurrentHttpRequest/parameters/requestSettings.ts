import { toText } from '../common/toText';
import { maxRedirects, maxResponseSize } from '../description/options';
import { LARGEST_BODY, MEGABYTE } from '../transport/bodySizeLimits';
import { proxyAddressProblem } from '../transport/proxy';
import { numberOf, readChoice, readNumber } from './fields';
import { InvalidParameter } from './InvalidParameter';
import type { ItemParameters } from './ItemParameters';

const CONNECTIONS = ['keepAlive', 'close'] as const;

/** Milliseconds; HTTP Request's default. */
const DEFAULT_TIMEOUT = 300_000;

/** Milliseconds; the longest that a timer of Node.js can wait. */
const MAX_TIMEOUT = 2_147_483_647;

/**
 * How a request is sent, rather than what it says.
 *
 * @throws {InvalidParameter}
 */
export function readRequestSettings(parameters: ItemParameters) {
	return parameters.derive(settingsOf);
}

function settingsOf(parameters: ItemParameters) {
	return {
		timeout: readTimeout(parameters.get('options.timeout')),
		maxRedirects: readMaxRedirects(parameters),
		maxResponseSize: readMaxResponseSize(parameters.get('options.maxResponseSize')),
		sendCredentialsOnCrossOriginRedirect:
			parameters.get('options.sendCredentialsOnCrossOriginRedirect') === true,
		proxy: readProxy(parameters.get('options.proxy')),
		allowUnauthorizedCerts: parameters.get('options.allowUnauthorizedCerts') === true,
		http2: parameters.get('options.http2') !== false,
		keepAlive:
			readChoice(parameters.get('options.connection'), 'Connection', CONNECTIONS) !== 'close',
	};
}

function readTimeout(value: unknown): number {
	const timeout = value === undefined || value === '' ? 0 : numberOf(value);
	if (timeout === 0) return DEFAULT_TIMEOUT;
	if (timeout > 0 && timeout <= MAX_TIMEOUT) return timeout;
	throw new InvalidParameter(
		'Timeout',
		'must be a number of milliseconds above 0',
		'For example 10000 for ten seconds.',
	);
}

function readMaxRedirects(parameters: ItemParameters): number {
	if (parameters.get('options.redirect') === undefined) return Number(maxRedirects.default);
	if (parameters.get('options.redirect.redirect.followRedirects') !== true) return 0;
	return readNumber(parameters.get('options.redirect.redirect.maxRedirects'), maxRedirects);
}

/** @returns bytes */
function readMaxResponseSize(value: unknown): number {
	const hint =
		'A larger response can only be stored: set Options > Response > Response Format to File.';
	return Math.min(readNumber(value, maxResponseSize, hint) * MEGABYTE, LARGEST_BODY);
}

function readProxy(value: unknown): string | undefined {
	if (value === undefined || value === '') return undefined;
	const text = toText(value).trim();
	const problem = proxyAddressProblem(text);
	if (problem === undefined) return text;
	throw new InvalidParameter('Proxy', problem, 'For example http://proxy.example.com:3128.');
}
