import { createHash } from 'node:crypto';

import type { HttpRequest } from '../transport/HttpRequest';
import { setDefaultHeader } from './headers';
import { isRepeatable } from '../transport/RepeatableBody';

/** What a key is made from, beside the item's data. */
export interface KeyScope {
	readonly workflowId: string;
	readonly nodeId: string;
}

type KeyedParts = 'method' | 'url' | 'headers' | 'body' | 'credential';

/**
 * Makes the keys by which an API knows a request that it has had before
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/).
 *
 * A key depends on the workflow, the node, the item's data and the request, and on nothing that
 * changes when the execution is run again. So it is the same for each try, and also when a run that
 * failed half-way is repeated: what was done is not done again. Of items that are equal, each has a
 * key of its own by counting them, since two equal orders are two orders.
 *
 * The URL's query, and a body with a credential in it, are left out: they may hold a token, and
 * that changes. So are files, which are not read before they are sent, and forms with a boundary, which
 * is another each time. One instance serves one run, and is asked for the items in the order of the input.
 */
export class IdempotencyKeys {
	private readonly header: string;
	private readonly scope: KeyScope;
	private readonly seen = new Map<string, number>();

	/** @param header the name under which requests carry their keys */
	constructor(header: string, scope: KeyScope) {
		this.header = header;
		this.scope = scope;
	}

	/** Gives a request its key, unless its item has set one itself. */
	addTo(request: Pick<HttpRequest, KeyedParts>, json: unknown): void {
		setDefaultHeader(request.headers, this.header, this.keyFor(json, request));
	}

	/** @returns a UUID (RFC 9562 version 8), the form that the draft recommends */
	keyFor(json: unknown, request: Pick<HttpRequest, KeyedParts>): string {
		const { workflowId, nodeId } = this.scope;
		const { method, url } = request;
		const target = url.origin + url.pathname;
		const hash = createHash('sha256')
			.update(JSON.stringify([workflowId, nodeId, method, target, json]))
			.update('\0')
			.update(stableBody(request))
			.digest();
		const id = hash.toString('base64');
		const ordinal = this.seen.get(id) ?? 0;
		this.seen.set(id, ordinal + 1);
		return toUuid(createHash('sha256').update(hash).update(String(ordinal)).digest());
	}
}

function stableBody({
	headers,
	body = '',
	credential,
}: Pick<HttpRequest, 'headers' | 'body' | 'credential'>): string | Buffer {
	const isForm = String(headers['content-type'] ?? '').startsWith('multipart/form-data;');
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
