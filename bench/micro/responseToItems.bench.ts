import { RequestFacts } from '../../nodes/ConcurrentHttpRequest/client/RequestFacts';
import { FieldSelection } from '../../nodes/ConcurrentHttpRequest/common/FieldSelection';
import { RequestDetails } from '../../nodes/ConcurrentHttpRequest/output/RequestDetails';
import { Redactors } from '../../nodes/ConcurrentHttpRequest/secrets/Redactors';
import type { OutputOptions } from '../../nodes/ConcurrentHttpRequest/parameters/output';
import type { ResponseOptions } from '../../nodes/ConcurrentHttpRequest/response/responseOptions';
import { toItems } from '../../nodes/ConcurrentHttpRequest/output/toItems';
import type { IBinaryData } from 'n8n-workflow';
import type { HttpResponse } from '../../nodes/ConcurrentHttpRequest/transport/HttpResponse';
import { PiecewiseResponse } from '../../nodes/ConcurrentHttpRequest/transport/PiecewiseResponse';
import { answerText } from '../server/answers';
import type { Subject } from './measure';

/** Bytes that Node.js reads from a socket at once, at most. */
const SOCKET_READ = 65_536;

const options: ResponseOptions = {
	format: 'autodetect',
	fullResponse: false,
	neverError: false,
	outputPropertyName: 'data',
};

const unused = (): never => {
	throw new Error('Only needed for other charsets and for files');
};
const helpers = {
	binaryToString: unused,
	detectBinaryEncoding: unused,
	prepareBinaryData: unused,
};

/** Cut as it comes from a socket. */
function piecesOf(body: Buffer): Buffer[] {
	const count = Math.ceil(body.length / SOCKET_READ);
	return Array.from({ length: count }, (_, index) =>
		body.subarray(index * SOCKET_READ, (index + 1) * SOCKET_READ),
	);
}

function responseOf(body: string): HttpResponse<IBinaryData> {
	const head = {
		statusCode: 200,
		statusMessage: 'OK',
		headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
		url: new URL('http://127.0.0.1:8080/20/1k/1'),
	};
	return new PiecewiseResponse(head, piecesOf(Buffer.from(body)));
}

const small = responseOf(answerText('1k', 1));
const large = responseOf(answerText('100k', 1));
const list = responseOf(JSON.stringify(Array.from({ length: 100 }, (_, id) => ({ id, n: 'x' }))));

const plain = { details: undefined, showUrl: ({ href }: URL) => href };

const asInHttpRequest: OutputOptions = {
	place: 'item',
	field: '',
	onEqualNames: 'response',
	itemsFrom: undefined,
	onlyFields: undefined,
	detailsField: undefined,
};

const itemsOf = (
	response: HttpResponse<IBinaryData>,
	index: number,
	arrangement: Parameters<typeof toItems>[4] = { ...asInHttpRequest, ...plain },
) =>
	toItems(
		response,
		options,
		{ itemIndex: index, item: { json: { id: index } } },
		helpers,
		arrangement,
	);

const fewFields = { ...asInHttpRequest, onlyFields: new FieldSelection([['id'], ['name']]) };

const requestDetails = new RequestDetails(new Redactors());
const detailsWithCredential = new RequestDetails(new Redactors());
const request = {
	method: 'GET',
	url: small.url,
	secrets: [] as string[],
	headers: { accept: '*/*', 'user-agent': 'n8n', 'accept-encoding': 'gzip' },
};
const facts = new RequestFacts();

const withCredential = {
	...request,
	headers: { ...request.headers, authorization: 'Bearer 1b2ce98d7f3f7c41' },
	secrets: ['Bearer 1b2ce98d7f3f7c41'],
};

const withDetails = (
	of: typeof request,
	details = requestDetails,
): Parameters<typeof toItems>[4] => ({
	...asInHttpRequest,
	detailsField: 'request',
	details: details.of(of, facts, small),
	showUrl: plain.showUrl,
});

export const title = 'turning a response into items';

export const subjects: Subject[] = [
	{ name: 'JSON object of 1 kB', run: (index) => itemsOf(small, index) },
	{
		name: 'JSON.parse of the same, for comparison',
		run: () => JSON.parse(small.body.toString()) as unknown,
	},
	{ name: 'JSON object of 100 kB', run: (index) => itemsOf(large, index) },
	{
		name: 'JSON.parse of the same, for comparison',
		run: () => JSON.parse(large.body.toString()) as unknown,
	},
	{ name: 'JSON list of 100 entries', run: (index) => itemsOf(list, index) },
	{
		name: 'JSON object of 1 kB, merged into the input item',
		run: (index) => itemsOf(small, index, { ...asInHttpRequest, place: 'merge', ...plain }),
	},
	{
		name: 'JSON object of 1 kB, two fields of it',
		run: (index) => itemsOf(small, index, { ...fewFields, ...plain }),
	},
	{
		name: 'JSON object of 1 kB, with details of its request',
		run: (index) => itemsOf(small, index, withDetails(request)),
	},
	{
		name: 'the same with a credential',
		run: (index) => itemsOf(small, index, withDetails(withCredential, detailsWithCredential)),
	},
];
