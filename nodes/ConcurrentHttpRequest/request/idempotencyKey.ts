import { createHash } from 'node:crypto';

import { InvalidParameter } from '../parameters/InvalidParameter';
import type { HttpRequest } from '../transport/HttpRequest';
import { headerText, setDefaultHeader } from './headers';
import { isRepeatable } from '../transport/RepeatableBody';

/** The workflow, the node and its run, on which keys depend. */
interface KeyScope {
	readonly workflowId: string;
	readonly nodeId: string;
	/** How often the node has run in the execution before: n8n's `$runIndex`. */
	readonly runIndex: number;
}

type KeyedRequest = Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body' | 'credential'>;

/**
 * Makes the keys by which an API recognizes a repeated request
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/).
 *
 * A key depends on the workflow, the node, the item's data and the request, and on nothing that
 * changes when the execution is repeated, such as which item was ready first. So it is the same for
 * each try, and when a failed run is repeated, what succeeded before is not done again. Two equal
 * orders are two orders: equal items have different keys, by their order in the input and by the
 * node's runs within the execution (Loop Over Items), and so have equal requests (pages) of one item.
 *
 * The URL's query is left out, and so is a body with a credential in it: both may hold a token,
 * which changes. Also left out are files, which are not read before they are sent, and forms with a
 * boundary, which is random. One instance serves one run.
 */
export class IdempotencyKeys {
	private readonly header: string;
	private readonly scope: KeyScope;
	private readonly items: ReadonlyArray<{ readonly json: unknown }>;
	/** How many of the items that were identified so far have equal data. */
	private readonly seen = new Map<string, number>();
	private readonly identities: Array<string | InvalidParameter | undefined> = [];

	/** @param header the name under which requests carry their keys */
	constructor(header: string, scope: KeyScope, items: ReadonlyArray<{ readonly json: unknown }>) {
		this.header = header;
		this.scope = scope;
		this.items = items;
	}

	/**
	 * To be called once for each item, in any order.
	 *
	 * @returns gives a request of the item its key, unless the item has set one itself
	 * @throws {InvalidParameter} when the item's data cannot be written as JSON
	 */
	forItem(itemIndex: number): (request: KeyedRequest) => void {
		while (this.identities.length <= itemIndex) this.identities.push(this.identifyNext());
		const identity = this.identities[itemIndex] ?? '';
		this.identities[itemIndex] = undefined;
		if (identity instanceof InvalidParameter) throw identity;
		const requests = new Map<string, number>();
		return (request) => {
			setDefaultHeader(request.headers, this.header, this.keyFor(identity, request, requests));
		};
	}

	/**
	 * Identifies items in the order of the input, because equal items are numbered by it. So it does not
	 * throw: the item that fails may not be the one that is asked for.
	 *
	 * @returns a text that differs from that of every other item; the failure of an item that has none
	 */
	private identifyNext(): string | InvalidParameter {
		let json: string;
		try {
			json = JSON.stringify(this.items[this.identities.length]?.json);
		} catch {
			return new InvalidParameter(
				'Avoid Duplicates (Idempotency Key)',
				'cannot make a key from the data of this item, because JSON cannot hold it',
				'Leave out BigInt values and objects that contain themselves, for example in a Code node before this one.',
			);
		}
		const data = createHash('sha256').update(json).digest('base64');
		return `${data} ${countUp(this.seen, data)}`;
	}

	/** @returns a UUID (RFC 9562 version 8), the form that the draft recommends */
	private keyFor(identity: string, request: KeyedRequest, requests: Map<string, number>): string {
		const { method, url } = request;
		const target = url.origin + url.pathname;
		const { workflowId, nodeId, runIndex } = this.scope;
		const hash = createHash('sha256')
			.update(JSON.stringify([workflowId, nodeId, runIndex, method, target, identity]))
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

function stableBody({ headers, body = '', credential }: KeyedRequest): string | Buffer {
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
