import type {
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';

/**
 * What a workflow's JSON depends on: by each parameter's path its type and default, which may be
 * several where a name occurs more than once.
 *
 * @param version of the node; a parameter of other versions is left out
 */
export function outlineOf(
	{ properties }: INodeTypeDescription,
	version: number,
): Map<string, string> {
	const outline = new Map<string, Set<string>>();
	const add = (path: string, property: INodeProperties): void => {
		if (!isOfVersion(property, version)) return;
		const known = outline.get(path) ?? new Set();
		outline.set(path, known.add(`${property.type} ${JSON.stringify(property.default)}`));
		for (const option of property.options ?? []) {
			if (isCollection(option)) {
				for (const value of option.values) add(`${path}.${option.name}.${value.name}`, value);
			} else if (isProperty(option)) {
				add(`${path}.${option.name}`, option);
			}
		}
	};
	for (const property of properties) add(property.name, property);
	return new Map([...outline].map(([path, texts]) => [path, [...texts].sort().join(' | ')]));
}

type Option = INodeProperties | INodePropertyOptions | INodePropertyCollection;

export function isCollection(option: Option): option is INodePropertyCollection {
	return 'values' in option;
}

export function isProperty(option: Option): option is INodeProperties {
	return 'type' in option;
}

export function isOfVersion({ displayOptions }: INodeProperties, version: number): boolean {
	const shown = displayOptions?.show?.['@version'];
	const hidden = displayOptions?.hide?.['@version'];
	return (!shown || includes(shown, version)) && !(hidden && includes(hidden, version));
}

function includes(conditions: readonly unknown[], version: number): boolean {
	return conditions.some((condition) => {
		if (typeof condition !== 'object' || condition === null) return condition === version;
		const [[operator, value] = []] = Object.entries(
			(condition as { _cnd: Record<string, number> })._cnd,
		);
		const holds: Record<string, (limit: number) => boolean> = {
			gte: (limit) => version >= limit,
			gt: (limit) => version > limit,
			lte: (limit) => version <= limit,
			lt: (limit) => version < limit,
			eq: (limit) => version === limit,
		};
		const check = operator === undefined ? undefined : holds[operator];
		if (!check || value === undefined) throw new Error(`Unknown condition ${operator}`);
		return check(value);
	});
}

/** Parameters that are not as in HTTP Request, or not there, and why we have them. */
export const OWN_PARAMETERS: Record<string, string> = {
	// What the node is for.
	concurrencyMode: 'options "fixed"',
	maxConcurrency: 'hidden 10 | number 10',
	adaptiveMaxConcurrency: 'number 100',
	rateLimits: 'fixedCollection {}',
	'rateLimits.limits.amount': 'number 100',
	'rateLimits.limits.interval': 'number 1',
	'rateLimits.limits.intervalUnit': 'options "minutes"',
	'rateLimits.limits.spreadEvenly': 'boolean false',
	'rateLimits.limits.safetyMargin': 'number 0',
	'rateLimits.limits.counts': 'options "requests"',
	'rateLimits.limits.cost': 'number 1',
	'rateLimits.limits.costName': 'string "units"',
	retry: 'fixedCollection {}',
	'retry.retry.maxTries': 'number 5',
	'retry.retry.retryOn': 'multiOptions ["statuses","networkErrors","timeouts"]',
	'retry.retry.settings': 'collection {}',
	'retry.retry.settings.statusCodes': 'string "408, 425, 429, 500, 502, 503, 504"',
	'retry.retry.settings.firstWait': 'number 0.5',
	'retry.retry.settings.longestWait': 'number 30',
	'retry.retry.settings.totalTime': 'number 600',
	'retry.retry.settings.retryPostAndPatch': 'boolean false',
	'retry.retry.settings.sendIdempotencyKey': 'boolean false',
	'retry.retry.settings.idempotencyHeader': 'string "Idempotency-Key"',
	'retry.retry.settings.retriesPer100': 'number 20',
	output: 'collection {}',
	'output.itemsFrom': 'fixedCollection {"itemsFrom":{}}',
	'output.itemsFrom.itemsFrom.path': 'string "data"',
	'output.itemsFrom.itemsFrom.keep': 'string ""',
	'output.itemsFrom.itemsFrom.ifMissing': 'options "error"',
	'output.onlyFields': 'string ""',
	'output.putResponse': 'fixedCollection {"putResponse":{}}',
	'output.putResponse.putResponse.in': 'options "field"',
	'output.putResponse.putResponse.field': 'string "response"',
	'output.putResponse.putResponse.onEqualNames': 'options "response"',
	'output.requestDetails': 'fixedCollection {"requestDetails":{}}',
	'output.requestDetails.requestDetails.field': 'string "request"',
	'output.summary': 'boolean true',
	'options.pagination.pagination.pageLimit': 'number 1000',
	'options.http2': 'boolean false',
	'options.connection': 'options "close"',
	'options.maxResponseSize': 'number 64',
	'options.maxConcurrencyPerHost': 'number 2',
	'options.obeyServerLimits': 'boolean false',
	'options.limitScope': 'options "credential"',
	'options.limitName': 'string ""',
	'options.sharedThrough': 'options "redis"',
	'options.whenRedisIsAway': 'options "wait"',
	'options.circuitBreaker': 'fixedCollection {"circuitBreaker":{}}',
	'options.circuitBreaker.circuitBreaker.failureShare': 'number 50',
	'options.circuitBreaker.circuitBreaker.minimumRequests': 'number 20',
	'options.circuitBreaker.circuitBreaker.window': 'number 30',
	'options.circuitBreaker.circuitBreaker.openFor': 'number 30',
	'options.circuitBreaker.circuitBreaker.whenOpen': 'options "wait"',
	'options.limitToFirstItems': 'fixedCollection {"limitToFirstItems":{}}',
	'options.limitToFirstItems.limitToFirstItems.items': 'number 10',
	'options.limitToFirstItems.limitToFirstItems.onlyInManualRuns': 'boolean true',
	'options.previewRequests': 'boolean true',
	'options.stopAfter': 'fixedCollection {"stopAfter":{}}',
	'options.stopAfter.stopAfter.stopAfterNotice': 'notice ""',
	'options.stopAfter.stopAfter.after': 'options "time"',
	'options.stopAfter.stopAfter.time': 'number 300',
	'options.stopAfter.stopAfter.failedItems': 'number 10',
	'options.stopAfter.stopAfter.failedShare': 'number 50',
	'options.stopAfter.stopAfter.minimumItems': 'number 20',
	// They hold nothing; the panel needs them.
	credentialPosition: 'credentials ""',
	predefinedCredentialNotice: 'notice ""',
};

/** Parameters of HTTP Request that the node does not have, each with all that is below it. */
export const ABSENT_PARAMETERS = [
	// Notices.
	...['googleApiWarning', 'infoMessage'],
	// Predefined credentials, which n8n does not hand out to others.
	'nodeCredentialType',
];
