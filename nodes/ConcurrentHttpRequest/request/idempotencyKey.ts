import { createHash } from 'node:crypto';

import type { HttpRequest } from '../transport/HttpRequest';
import { headerText, setDefaultHeader } from './headers';
import { isRepeatable } from '../transport/RepeatableBody';

/** What a key is made from, beside the item's data. */
export interface KeyScope {
	readonly workflowId: string;
	readonly nodeId: string;
}

type KeyedParts = 'method' | 'url' | 'headers' | 'body' | 'credential';

/** What of an item its keys are made from. */
interface KeyedItem {
	readonly json: unknown;
}

/** Makes the keys of one item's requests. */
export interface ItemKeys {
	/** Gives a request its key, unless its item has set one itself. */
	addTo(request: Pick<HttpRequest, KeyedParts>): void;
}

/**
 * Makes the keys by which an API knows a request that it has had before
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/).
 *
 * A key depends on the workflow, the node, the item's data and the request, and on nothing that
 * changes when the execution is run again, such as which item was ready first. So it is the same for each
 * try, and also when a run that failed half-way is repeated: what was done is not done again. Of items that
 * are equal, each has a key of its own by their order in the input, since two equal orders are two orders;
 * so has each of an item's requests (pages) that are equal.
 *
 * The URL's query, and a body with a credential in it, are left out: they may hold a token, and
 * that changes. So are files, which are not read before they are sent, and forms with a boundary, which
 * is another each time. One instance serves one run.
 */
export class IdempotencyKeys {
	private readonly header: string;
	private readonly scope: KeyScope;
	private readonly items: readonly KeyedItem[];
	/** How many items were equal to one, of those that were looked at: the first so many. */
	private readonly seen = new Map<string, number>();
	private readonly identities: Array<string | undefined> = [];

	/** @param header the name under which requests carry their keys */
	constructor(header: string, scope: KeyScope, items: readonly KeyedItem[]) {
		this.header = header;
		this.scope = scope;
		this.items = items;
	}

	/** To be called once for each item, in any order. */
	forItem(itemIndex: number): ItemKeys {
		while (this.identities.length <= itemIndex) this.identities.push(this.identifyNext());
		const identity = this.identities[itemIndex] ?? '';
		this.identities[itemIndex] = undefined;
		const requests = new Map<string, number>();
		return {
			addTo: (request) => {
				setDefaultHeader(request.headers, this.header, this.keyFor(identity, request, requests));
			},
		};
	}

	/** What tells the next item from all others. */
	private identifyNext(): string {
		const json = JSON.stringify(this.items[this.identities.length]?.json);
		const data = createHash('sha256').update(json).digest('base64');
		return `${data} ${countUp(this.seen, data)}`;
	}

	/** @returns a UUID (RFC 9562 version 8), the form that the draft recommends */
	private keyFor(
		identity: string,
		request: Pick<HttpRequest, KeyedParts>,
		requests: Map<string, number>,
	): string {
		const { workflowId, nodeId } = this.scope;
		const { method, url } = request;
		const target = url.origin + url.pathname;
		const hash = createHash('sha256')
			.update(JSON.stringify([workflowId, nodeId, method, target, identity]))
			.update('\0')
			.update(stableBody(request))
			.digest();
		const ordinal = countUp(requests, hash.toString('base64'));
		return toUuid(createHash('sha256').update(hash).update(String(ordinal)).digest());
	}
}

/** @returns how often it was counted before */
function countUp(counts: Map<string, number>, what: string): number {
	const count = counts.get(what) ?? 0;
	counts.set(what, count + 1);
	return count;
}

function stableBody({
	headers,
	body = '',
	credential,
}: Pick<HttpRequest, 'headers' | 'body' | 'credential'>): string | Buffer {
	const isForm = /^multipart\/form-data;/i.test(headerText(headers, 'content-type') ?? '');
	return credential.inBody || isForm || isRepeatable(body) ? '' : body;
}

function toUuid(hash: Buffer): string {
	const bytes = Buffer.from(hash.subarray(0, 16));
	bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
	bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
	const hex = bytes.toString('hex');
	const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
	return [...parts, hex.slice(20)].join('-');
}
