import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';

/** n8n's own credential for a Redis. */
export const REDIS_CREDENTIAL = 'redis';

/**
 * Options that have limits shared by all n8n processes. They mean something where limits belong to
 * a credential or to a name; limits of the run are never shared, and Redis is refused for them. It is
 * not hidden then, because only the stored credential says whether it has limits of its own.
 */
export const redisLimitsOptions: INodeProperties[] = [
	{
		displayName: 'Limits Shared Through',
		name: 'sharedThrough',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Redis',
				value: 'redis',
				description:
					'All n8n processes that use the same Redis share the limits: workers, webhook processes and main processes in queue mode',
			},
			{
				name: 'This n8n Process',
				value: 'process',
				description: 'Each n8n process has the limits to itself. Choose it if you run one process.',
			},
		],
		// Users add it to switch it on.
		default: 'redis',
		description:
			'Which processes share the limits, for example Redis if three workers call an API that allows 100 requests a minute. Without this option each process has them to itself. Only limits that hold for a credential or a name are shared, not those of this run.',
	},
	{
		displayName: 'When Redis Is Away',
		name: 'whenRedisIsAway',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { sharedThrough: ['redis'] } },
		options: [
			{
				name: 'Fail',
				value: 'fail',
				description: 'The run ends with an error after 3 seconds without Redis',
			},
			{
				name: 'Go On with the Local Share',
				value: 'localShare',
				description:
					'After 3 seconds each process keeps to its share of the limits, for example a third if there were three processes',
			},
			{
				name: 'Wait',
				value: 'wait',
				description:
					'Nothing new is sent until Redis is back, so the limits always hold. If n8n has never reached this Redis, the wait ends after 10 seconds.',
			},
		],
		default: 'wait',
		description:
			'What to do when Redis cannot be reached, for example Wait if the API bans those who send too much',
	},
];

/** Asked for when limits are shared through Redis. */
export const redisCredentials: INodeCredentialDescription[] = [
	{
		name: REDIS_CREDENTIAL,
		required: true,
		displayOptions: { show: { '/options.sharedThrough': ['redis'] } },
	},
];
