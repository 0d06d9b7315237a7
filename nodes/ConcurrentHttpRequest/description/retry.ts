import type { INodeProperties } from 'n8n-workflow';

import { RETRYABLE_STATUSES } from '../client/retry/RetryPolicy';
import { withoutExpressions } from './fields';

/** What is set only when the defaults do not fit. */
export const retrySettings: INodeProperties[] = [
	{
		displayName: 'Status Codes',
		name: 'statusCodes',
		type: 'string',
		default: RETRYABLE_STATUSES.join(', '),
		placeholder: 'e.g. 429, 500-504',
		description:
			'Statuses after which a request is sent again, separated by commas; ranges are allowed, for example <code>408, 429, 500-599</code>. They apply if Retry On includes Busy or Failing Server.',
	},
	{
		displayName: 'Wait Before Second Try (Seconds)',
		name: 'firstWait',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0.5,
		description:
			'The longest wait in seconds before the second try, for example 0.5. It doubles with each further try, and the actual wait is a random part of it. If the server says how long to wait, its time applies instead.',
	},
	{
		displayName: 'Longest Wait (Seconds)',
		name: 'longestWait',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 30,
		description:
			'How many seconds the wait may grow to, for example 30. If the server asks for a longer wait, that one applies.',
	},
	{
		displayName: 'Total Time (Seconds)',
		name: 'totalTime',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 600,
		description:
			'How many seconds after the first try of an item its last try may start, for example 600 for ten minutes; 0 for no limit. If the server asks for a longer wait, the item fails at once, and its error says when to try again.',
	},
	{
		displayName: 'Also Retry POST and PATCH',
		name: 'retryPostAndPatch',
		type: 'boolean',
		default: false,
		description:
			'Whether to try POST and PATCH again even if the server may have carried out the first try, for example after a timeout. If off, they are tried again only if the server cannot have carried them out. Switch it on if a repetition does no harm, for example for a search.',
	},
	{
		displayName: 'Avoid Duplicates (Idempotency Key)',
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
		placeholder: 'e.g. Idempotency-Key',
		description: 'Name of the header, for example <code>Idempotency-Key</code>',
	},
	{
		displayName: 'Retries per 100 Requests',
		name: 'retriesPer100',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 20,
		description:
			'How many retries there may be for 100 requests to a server, for example 20, so that retries do not make an outage worse. Ten a second are always allowed, and retries that the server asks for do not count.',
	},
];

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
		displayName: 'Retry On',
		name: 'retryOn',
		type: 'multiOptions',
		options: [
			{
				name: 'Busy or Failing Server',
				value: 'statuses',
				description: `Responses with one of the Status Codes: ${RETRYABLE_STATUSES.join(', ')}`,
			},
			{
				name: 'Network Errors',
				value: 'networkErrors',
				description: 'The connection fails or breaks, for example while the server restarts',
			},
			{
				name: 'Timeouts',
				value: 'timeouts',
				description: 'No complete response came within Options > Timeout',
			},
		],
		default: ['statuses', 'networkErrors', 'timeouts'],
		description:
			'Failures after which a request is sent again, for example Network Errors only. If the server says when to come back, the request is always sent again.',
	},
	{
		displayName: 'Settings',
		name: 'settings',
		type: 'collection',
		placeholder: 'Add Setting',
		default: {},
		options: retrySettings,
	},
];

export const retry = withoutExpressions({
	displayName: 'Retry',
	name: 'retry',
	// Without `multipleValues: false`, with which n8n would save every default beside an empty group.
	type: 'fixedCollection',
	typeOptions: { hideEmptyMessage: true },
	placeholder: 'Add Retry',
	default: {},
	description:
		'Sends a failed request again, after a wait that grows with each try. Without it a request is tried again only if the server asks for it by Retry-After or its rate limit headers, or had closed an idle connection. Set Max Tries to 1 to never try again.',
	options: [{ displayName: 'Retry', name: 'retry', values: retryFields }],
	builderHint: {
		propertyHint:
			'Set { retry: {} } to send again what a busy or failing server refused. Use it instead of Retry On Fail in the settings of the node, which would repeat all items.',
	},
});
