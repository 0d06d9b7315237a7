import type { INodeProperties } from 'n8n-workflow';

import { RETRYABLE_STATUSES } from '../client/retry/RetryPolicy';
import { group } from './fields';

export const retryFields: INodeProperties[] = [
	{
		displayName: 'Max Tries',
		name: 'maxTries',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 100, numberPrecision: 0 },
		default: 5,
		description:
			'How many times a request is sent at most, including the first, for example 5; 1 never tries again',
	},
	{
		displayName: 'Status Codes',
		name: 'statusCodes',
		type: 'string',
		default: RETRYABLE_STATUSES.join(', '),
		placeholder: 'e.g. 429, 500-504',
		description:
			'Statuses to try again, separated by commas; ranges are allowed, for example <code>408, 429, 500-599</code>',
	},
	{
		displayName: 'Retry on Network Errors',
		name: 'onNetworkErrors',
		type: 'boolean',
		default: true,
		description:
			'Whether to try again when there is no connection or it breaks, for example while the server restarts',
	},
	{
		displayName: 'Retry on Timeouts',
		name: 'onTimeouts',
		type: 'boolean',
		default: true,
		description:
			'Whether to try again when no complete response came within the option Timeout, for example 10 seconds',
	},
	{
		displayName: 'First Backoff (Ms)',
		name: 'firstBackoff',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 500,
		description:
			'The longest wait in milliseconds before the second try, for example 500. It doubles with each further try, and the actual wait is a random part of it. If the server says how long to wait, its time applies instead.',
	},
	{
		displayName: 'Longest Backoff (Ms)',
		name: 'longestBackoff',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 30_000,
		description:
			'Milliseconds up to which the backoff doubles, for example 30000 for half a minute',
	},
	{
		displayName: 'Total Time (Ms)',
		name: 'totalTime',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 600_000,
		description:
			'Milliseconds after the first try of an item within which its last one must start, for example 600000 for ten minutes; 0 for no limit. If the server asks for a longer wait, the item fails at once, and its error says when to try again.',
	},
	{
		displayName: 'Retry Non-Idempotent Methods',
		name: 'retryNonIdempotent',
		type: 'boolean',
		default: false,
		description:
			'Whether to try POST and PATCH again even if the server may have carried out the first try, for example after a timeout. If off, they are tried again only if the server cannot have carried them out. Switch it on if a repetition does no harm, for example for a search.',
	},
	{
		displayName: 'Send Idempotency Key',
		name: 'sendIdempotencyKey',
		type: 'boolean',
		default: false,
		description:
			'Whether to send a key by which an API such as Stripe recognizes a repeated request. It is made from the item, and is the same in each try and when the execution is run again with the same items. POST and PATCH are then retried like other methods.',
	},
	{
		displayName: 'Idempotency Key Header',
		name: 'idempotencyHeader',
		type: 'string',
		displayOptions: { show: { sendIdempotencyKey: [true] } },
		default: 'Idempotency-Key',
		description: 'Name of the header, for example <code>Idempotency-Key</code>',
	},
	{
		displayName: 'Retry Budget (%)',
		name: 'retryBudget',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 20,
		description:
			'How many retries there may be for 100 requests to a server, for example 20, so that retries do not make an outage worse. Ten a second are always allowed, and retries that the server asks for do not count.',
	},
];

export const retryOption = group({
	displayName: 'Retry',
	name: 'retry',
	description:
		'Without this option a request is tried again only if the server asks for it by Retry-After or its rate limit headers, or had closed an idle connection. Set Max Tries to 1 to never try again.',
	values: retryFields,
});
