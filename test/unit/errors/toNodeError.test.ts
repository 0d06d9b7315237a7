import { type INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { ItemFailure } from '../../../nodes/ConcurrentHttpRequest/errors/ItemFailure.ts';
import { toNodeError } from '../../../nodes/ConcurrentHttpRequest/errors/toNodeError.ts';

const node = { name: 'Request', type: 'x', typeVersion: 4.4 } as INode;

const failure: ItemFailure = {
	kind: '503',
	problem: 'GET http://x.test/ failed: 503 Busy',
	message: 'GET http://x.test/ failed: 503 Busy [item 3, the 4th of 20]',
	description: 'Try again later.',
	request: { method: 'GET', url: 'http://x.test/' },
	response: { statusCode: 503, statusMessage: 'Busy', headers: {}, body: 'x' },
	code: undefined,
	isOutsideRequest: false,
};

it('is an API error if a request was sent', () => {
	const error = toNodeError(node, failure, 3);
	expect(error).toBeInstanceOf(NodeApiError);
	expect(error).toMatchObject({
		message: failure.message,
		description: 'Try again later.',
		httpCode: '503',
		context: { itemIndex: 3 },
	});
});

// n8n would put a text of its own in place of a message in which it finds such a word.
it.each(['http://x.test/ECONNREFUSED', 'http://etimedout.test/', 'http://x.test/ENOTFOUND'])(
	'keeps its message although a code stands in the URL: %s',
	(url) => {
		for (const request of [{ method: 'GET', url }, undefined]) {
			const message = `GET ${url} failed: 503 Busy`;
			expect(toNodeError(node, { ...failure, message, request }, 3).message).toBe(message);
		}
	},
);

// A model gets the message of an error, and nothing else.
it('says everything in its message if the node is the tool of an agent', () => {
	const tool = { ...node, type: 'n8n-nodes-concurrent-http.concurrentHttpRequestTool' };
	const message = 'GET http://x.test/ failed: 503 Busy. Try again later.';
	expect(toNodeError(tool, failure, 3).message).toBe(message);
	const unsaid = { ...failure, description: undefined, request: undefined };
	expect(toNodeError(tool, unsaid, 3).message).toBe('GET http://x.test/ failed: 503 Busy');
});

// The editor shows it as HTML.
it('keeps what a server says from becoming a link', () => {
	const description = 'The server says: "<a href=https://evil.test>Log in</a>". 1 < 2, a <!-- b';
	expect(toNodeError(node, { ...failure, description }, 3).description).toBe(
		'The server says: "&lt;a href=https://evil.test>Log in&lt;/a>". 1 < 2, a &lt;!-- b',
	);
	const ofExpression = { ...failure, description: 'See <b>here</b>', editorContext: {} };
	expect(toNodeError(node, ofExpression, 3).description).toBe('See <b>here</b>');
});

it('has the code if there was no response', () => {
	const error = toNodeError(node, { ...failure, response: undefined, code: 'ECONNRESET' }, 3);
	expect(error).toBeInstanceOf(NodeApiError);
	expect(error.message).toBe(failure.message);
	expect(error).toMatchObject({ httpCode: 'ECONNRESET', description: 'Try again later.' });
});

it('is an operation error if nothing was sent', () => {
	const error = toNodeError(node, { ...failure, request: undefined, response: undefined }, 0);
	expect(error).toBeInstanceOf(NodeOperationError);
	expect(error).toMatchObject({
		message: failure.message,
		description: 'Try again later.',
		context: { itemIndex: 0 },
	});
});

it('has the request and the body of the response, which the editor shows as details', () => {
	const sent = { ...failure.request, headers: { Authorization: '***' } };
	const error = toNodeError(node, failure, 3, sent);
	expect(error.context).toMatchObject({ data: 'x', request: sent });
	const unreadable = { ...failure, response: undefined, received: '<html>' };
	expect(toNodeError(node, unreadable, 3, sent).context).toMatchObject({
		...{ data: '<html>', request: sent },
	});
	const unsent = toNodeError(node, { ...failure, request: undefined, response: undefined }, 3);
	expect(unsent.context).not.toHaveProperty('data');
	expect(unsent.context).not.toHaveProperty('request');
});
