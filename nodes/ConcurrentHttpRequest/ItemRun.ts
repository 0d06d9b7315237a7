import type {
	IBinaryData,
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
} from 'n8n-workflow';

import { SkippedItem } from './client/StopAfter';
import type { Slot } from './common/Slot';
import type { TimeSlices } from './common/TimeSlices';
import { assertSuccess } from './response/HttpStatusError';
import { describeFailure } from './errors/ItemFailure';
import { toErrorItem } from './errors/toErrorItem';
import { toNodeError } from './errors/toNodeError';
import { paginate } from './pagination/paginate';
import { type Pagination, readPagination } from './pagination/Pagination';
import type { ItemAuthentication, RunAuthentication } from './authentication';
import { buildRequest, type PageChanges } from './request/buildRequest';
import type { IdempotencyKeys } from './request/idempotencyKey';
import { readFile } from './request/ItemFile';
import { describeSent } from './preview/describeRequest';
import { type Preview, Previewed } from './preview/Preview';
import type { ItemParameters, RunParameters } from './parameters/ItemParameters';
import { readCosts } from './parameters/limits';
import { type OutputOptions, readOutputOptions } from './parameters/output';
import { FileReceiver } from './response/FileReceiver';
import { readResponseOptions, type ResponseOptions } from './response/responseOptions';
import { type Arrangement, assertFileNameIsFree, type ResponseSource } from './output/arrange';
import type { RequestDetails } from './output/RequestDetails';
import { toItems } from './output/toItems';
import type { Redactors } from './secrets/Redactors';
import type { RunRecorder } from './summary/RunRecorder';
import type { Client, SendingItem } from './client/Client';
import { RequestFacts } from './client/RequestFacts';
import type { HttpRequest } from './transport/HttpRequest';
import type { HttpResponse } from './transport/HttpResponse';

/** What the items of a run share. */
export interface SharedByItems {
	readonly context: IExecuteFunctions;
	readonly node: INode;
	readonly client: Client;
	readonly parameters: RunParameters;
	readonly authentication: RunAuthentication;
	/** Takes the requests where none is to be sent. */
	readonly preview: Preview | undefined;
	/** Options > Pagination, with its expressions as they are written. */
	readonly rawPagination: unknown;
	/** `undefined` where requests carry no idempotency keys. */
	readonly keys: IdempotencyKeys | undefined;
	readonly redactors: Redactors;
	readonly requestDetails: RequestDetails;
	readonly slices: TimeSlices;
	/** `undefined` where nobody wants a summary. */
	readonly recorder: RunRecorder | undefined;
	readonly itemCount: number;
	/** Aborted by the Stop button and by the workflow's timeout. */
	readonly cancelSignal: AbortSignal | undefined;
}

/** The settings of an item's requests and responses. */
interface Prepared {
	readonly parameters: ItemParameters;
	readonly authentication: ItemAuthentication;
	readonly addKey: ((request: HttpRequest) => void) | undefined;
	readonly options: ResponseOptions;
	readonly output: OutputOptions;
	readonly pagination: Pagination | undefined;
	readonly sending: SendingItem<IBinaryData>;
}

/** A request, and what has become of it so far. */
interface Sent {
	readonly request: HttpRequest;
	readonly facts: RequestFacts;
	response: HttpResponse<IBinaryData> | undefined;
}

/** One item's way: parameters, request, sending, response, output items. */
export class ItemRun {
	private readonly run: SharedByItems;
	private readonly source: ResponseSource;
	private readonly slot: Slot;
	/** The field that receives details of the request; `undefined` for none. */
	private detailsField: string | undefined;
	/** The request that was sent last, `undefined` before the first. */
	private sent: Sent | undefined;
	/** Whether a response has come: that of the item, or of its first page. */
	private hasResponse = false;
	/** The facts of all its requests, for a summary. */
	private readonly allFacts: RequestFacts[] = [];

	/** @param slot the item's slot among those in progress, which others use while it waits */
	constructor(run: SharedByItems, item: INodeExecutionData, itemIndex: number, slot: Slot) {
		this.run = run;
		this.source = { itemIndex, item };
		this.slot = slot;
	}

	/**
	 * @returns the item's output; its error item where the workflow goes on after errors
	 * @throws {NodeApiError} {NodeOperationError} where the workflow does not
	 */
	async process(): Promise<INodeExecutionData[]> {
		const { run } = this;
		const { client, slices } = run;
		const { itemIndex } = this.source;
		try {
			client.signal.throwIfAborted();
			const parameters = run.parameters.forItem(itemIndex);
			const authentication = await run.authentication.forItem(parameters, itemIndex);
			// n8n's pagination asks for the first page only some promises later.
			const turn = run.rawPagination === undefined ? slices.next() : slices.queued();
			if (turn) await turn;
			client.signal.throwIfAborted();
			// Nothing is waited for between the turn and the first request: the turn is for that work.
			const prepared = this.prepare(parameters, authentication);
			const items = prepared.pagination
				? await this.fetchPages(prepared, prepared.pagination)
				: await this.fetch(prepared);
			client.statistics.itemSucceeded();
			this.record();
			client.stopAfter?.itemEnded(false);
			return items;
		} catch (error) {
			return [this.fail(error)];
		}
	}

	private prepare(parameters: ItemParameters, authentication: ItemAuthentication): Prepared {
		const { context, keys, rawPagination } = this.run;
		const options = readResponseOptions(parameters);
		const output = readOutputOptions(parameters);
		this.detailsField = output.detailsField;
		if (options.format === 'file') assertFileNameIsFree(options, this.source, output);
		const pagination = readPagination(rawPagination);
		return {
			parameters,
			authentication,
			addKey: keys?.forItem(this.source.itemIndex),
			options,
			output,
			pagination,
			sending: {
				costs: readCosts(parameters),
				slot: this.slot,
				receiver: new FileReceiver(options, context.helpers, pagination !== undefined),
			},
		};
	}

	private async fetch(prepared: Prepared): Promise<INodeExecutionData[]> {
		const { run, source } = this;
		const { options } = prepared;
		const response = await this.send(this.build(prepared), prepared);
		// First, because a failure may end the run.
		assertSuccess(response, options.neverError);
		const turn = run.slices.next();
		if (turn) await turn;
		return await toItems(
			response,
			options,
			source,
			run.context.helpers,
			this.arrangement(prepared),
		);
	}

	private async fetchPages(
		prepared: Prepared,
		pagination: Pagination,
	): Promise<INodeExecutionData[]> {
		const { run, source } = this;
		const { parameters, authentication, options } = prepared;
		return await paginate(run.context, {
			pagination,
			parameters,
			authentication,
			typeVersion: run.node.typeVersion,
			options,
			source,
			signal: run.client.signal,
			build: (page) => this.build(prepared, page),
			send: async (request) => {
				const response = await this.send(request, prepared);
				await run.slices.queued();
				return response;
			},
			waits: (interval) => this.slot.releaseDuring(interval),
			arrangement: () => this.arrangement(prepared),
		});
	}

	private build(prepared: Prepared, page?: PageChanges): HttpRequest {
		const { context, node } = this.run;
		const { parameters, authentication, addKey } = prepared;
		const { item, itemIndex } = this.source;
		const fileOf = (field: unknown) => readFile(context.helpers, item, itemIndex, field);
		const request = buildRequest(parameters, authentication, node.typeVersion, fileOf, page);
		addKey?.(request);
		return request;
	}

	private async send(request: HttpRequest, prepared: Prepared): Promise<HttpResponse<IBinaryData>> {
		const { sending } = prepared;
		const sent: Sent = { request, facts: new RequestFacts(), response: undefined };
		this.sent = sent;
		if (this.run.preview) return await this.showIn(this.run.preview, request, prepared);
		if (this.run.recorder) this.allFacts.push(sent.facts);
		sent.response = await this.run.client.send(request, sending, sent.facts);
		this.hasResponse = true;
		return sent.response;
	}

	/** For the latest response. */
	private arrangement({ output }: Prepared): Arrangement {
		return { ...output, details: this.details(), showUrl: this.showUrl };
	}

	private readonly showUrl = (url: URL): string =>
		this.sent ? this.run.redactors.of(this.sent.request).url(url) : url.href;

	/** @returns details of the latest request, if they are wanted and there was one */
	private details(): IDataObject | undefined {
		if (this.detailsField === undefined || !this.sent) return undefined;
		const { request, facts, response } = this.sent;
		return this.run.requestDetails.of(request, facts, response);
	}

	private get hasBegun(): boolean {
		return this.hasResponse || (this.sent !== undefined && this.sent.facts.tries > 0);
	}

	private record(failure?: string): void {
		const { itemIndex } = this.source;
		const { allFacts: facts, sent } = this;
		this.run.recorder?.itemEnded({ itemIndex, facts, request: sent?.request, failure });
	}

	/** @throws {Previewed} and what sending would refuse the request with */
	private async showIn(
		preview: Preview,
		request: HttpRequest,
		{ sending, pagination }: Prepared,
	): Promise<never> {
		await this.run.client.check(request);
		const { itemIndex } = this.source;
		return preview.take({
			request,
			costs: sending.costs,
			itemIndex,
			isPage: pagination !== undefined,
		});
	}

	private fail(thrown: unknown): INodeExecutionData {
		const { context, node, client, preview, cancelSignal } = this.run;
		const { itemIndex } = this.source;
		const isStopped = cancelSignal?.aborted === true;
		if (isStopped && !context.continueOnFail()) throw thrown;
		const pairedItem = { item: itemIndex };
		if (thrown instanceof Previewed) {
			client.statistics.itemSucceeded();
			return { json: thrown.json, pairedItem };
		}
		const reason = isStopped ? runStopped() : thrown;
		const error = reason instanceof SkippedItem && this.hasBegun ? reason.begun() : reason;
		const position = { index: itemIndex, count: this.run.itemCount };
		const failure = describeFailure(error, this.sent?.request, position);
		if (preview) {
			client.statistics.itemFailed(failure.kind);
			return { json: preview.refuse(failure.message, failure.description), pairedItem };
		}
		client.statistics.itemFailed(failure.kind);
		this.record(failure.kind);
		if (!(error instanceof SkippedItem)) client.stopAfter?.itemEnded(true);
		if (!context.continueOnFail()) {
			const sent =
				this.sent && describeSent(this.sent.request, this.run.redactors.of(this.sent.request));
			throw toNodeError(node, failure, itemIndex, sent);
		}
		return toErrorItem(failure, itemIndex, node.typeVersion, {
			tries: this.sent?.facts.tries,
			detailsField: this.detailsField,
			details: this.details(),
		});
	}
}

/** Why an item has no response where the Stop button, or the workflow's timeout, ended the run. */
export function runStopped(): SkippedItem {
	return new SkippedItem('the run was stopped', 'Run the workflow for the rest.');
}
