import type { IDataObject } from 'n8n-workflow';

import { describeCount, describeNumber } from '../common/describeNumber';
import type { RunSettings } from '../client/Client';
import { joinSentences } from '../client/summarize';
import { describeDuration } from '../common/describeDuration';
import type { LimitOptions } from '../limits/createLimits';
import type { AdmissionRequest, Limit } from '../limits/Limit';
import type { HttpRequest } from '../transport/HttpRequest';
import { Redactors } from '../secrets/Redactors';
import { describeRequest } from './describeRequest';
import { earliestStarts, timedLimits } from './earliestStarts';

/** Milliseconds that a response takes in the example of the hint. */
const EXAMPLE_LATENCY = 200;

/** Hosts that the hint names. */
const NAMED_HOSTS = 3;

interface PreviewOptions {
	readonly limits: LimitOptions;
	readonly concurrency: RunSettings['concurrency'];
}

/** A request that was made and not sent: what its item shows of it. It ends the item's way. */
export class Previewed extends Error {
	override readonly name = 'Previewed';
	readonly json: IDataObject;

	constructor(json: IDataObject) {
		super('The request is previewed');
		this.json = json;
	}
}

/** A request that would be sent. */
interface TakenRequest {
	readonly request: HttpRequest;
	/** What it costs in each rate limit that counts a cost. */
	readonly costs: readonly number[];
	readonly itemIndex: number;
	/** Whether it is an item's first page. */
	readonly isPage: boolean;
}

interface PreviewedItem {
	readonly json: IDataObject;
	readonly request: AdmissionRequest;
	readonly host: string;
}

/** Takes the requests of one run in place of sending them, and says what would be sent. */
export class Preview {
	private readonly options: PreviewOptions;
	private readonly limits: readonly Limit[];
	private readonly redactors = new Redactors();
	/** By the items' indexes. */
	private readonly items: PreviewedItem[] = [];
	private refusals = 0;
	private hasPages = false;

	constructor(options: PreviewOptions) {
		this.options = options;
		this.limits = timedLimits(options.limits);
	}

	/**
	 * @throws {Previewed} always, unless a limit can never admit the request
	 * @throws {CostTooHigh}
	 */
	take({ request, costs, itemIndex, isPage }: TakenRequest): never {
		const { origin, url } = request;
		const admissionRequest = { origin, costs };
		for (const limit of this.limits) limit.check?.(admissionRequest);
		const json = describeRequest(request, this.redactors.of(request));
		if (isPage) {
			this.hasPages = true;
			const notes = (json.notes ?? []) as string[];
			json.notes = [...notes, 'This is the first page. The others depend on its response.'];
		}
		this.items[itemIndex] = { json, request: admissionRequest, host: url.host };
		throw new Previewed(json);
	}

	/** What an item shows whose request would not be sent. */
	refuse(message: string, advice: string | undefined): IDataObject {
		this.refusals++;
		return { refused: message, ...(advice !== undefined && { advice }) };
	}

	/**
	 * Says of each request when it could start, and sums them all up. To be called once, when all items
	 * have been taken.
	 */
	finish(): string {
		const items = this.items.filter(Boolean);
		const { starts, heldBackBy } = earliestStarts(
			this.limits,
			items.map(({ request }) => request),
		);
		const duration = starts.at(-1) ?? 0;
		if (duration > 0) {
			for (const [index, { json }] of items.entries()) {
				json.startsAfterSeconds = Math.round(starts[index] ?? 0) / 1000;
			}
		}
		const { refusals } = this;
		const hosts = items.map(({ host }) => host);
		return joinSentences([
			'Preview: nothing was sent',
			describeHosts(hosts, this.hasPages),
			...(refusals > 0 ? [`${describeCount(refusals, 'item')} would be refused`] : []),
			...(duration > 0
				? [`This takes at least ${describeDuration(duration)}, because of ${heldBackBy}`]
				: []),
			...this.describeConcurrency(items.map(({ request: { origin } }) => origin)),
			...(this.options.limits.shared.length > 0
				? ['Runs that share these limits would make it longer']
				: []),
		]);
	}

	private describeConcurrency(origins: readonly string[]): string[] {
		const { concurrency, limits } = this.options;
		const { maxConcurrencyPerHost: perHost = Infinity, shared } = limits;
		if (origins.length === 0) return [];
		const max = Math.min(concurrency.max, ...shared.map((limit) => limit.concurrency ?? Infinity));
		const rounds = Math.ceil(origins.length / max);
		const roundsOfHost = Math.ceil(Math.max(...countsOf(origins).values()) / perHost);
		const atATime =
			roundsOfHost > rounds
				? `${describeNumber(perHost)} at a time to each host`
				: `${describeNumber(max)} at a time`;
		const upTo = concurrency.mode === 'adaptive' ? 'Up to ' : '';
		const duration = describeDuration(Math.max(rounds, roundsOfHost) * EXAMPLE_LATENCY);
		return [`${upTo}${atATime} take ${duration} if each response takes ${EXAMPLE_LATENCY} ms`];
	}
}

/** `5,000 requests to api.example.com`, `12 requests: 7 to a.example.com, 5 to b.example.com` */
function describeHosts(hosts: readonly string[], hasPages: boolean): string {
	const all = [...countsOf(hosts)].sort(([, a], [, b]) => b - a);
	const what = `${hasPages ? 'at least ' : ''}${describeCount(hosts.length, 'request')}`;
	const [only] = all;
	if (!only) return what;
	if (all.length === 1) return `${what} to ${only[0]}`;
	const named = all
		.slice(0, NAMED_HOSTS)
		.map(([host, count]) => `${describeNumber(count)} to ${host}`);
	const rest = all.slice(NAMED_HOSTS);
	const others = rest.reduce((sum, [, count]) => sum + count, 0);
	if (rest.length > 0)
		named.push(`${describeNumber(others)} to ${describeCount(rest.length, 'other host')}`);
	return `${what}: ${named.join(', ')}`;
}

function countsOf(names: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
	return counts;
}
