import { TestServer } from '../../support/TestServer.ts';

/** What a model says next: it calls tools, or it is done. */
export type Reply = { calls: Array<{ tool?: string; input: object }> } | { text: string };

/** A message of a conversation, as OpenAI's Chat Completions interface has it. */
export interface Message {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: unknown;
	tool_call_id?: string;
}

/** What n8n tells the model about a tool. */
export interface Tool {
	function: {
		name: string;
		description: string;
		parameters: { properties: Record<string, object>; required: string[] };
	};
}

interface Asked {
	messages: Message[];
	tools: Tool[];
	stream?: boolean;
}

/**
 * A server that takes the place of a language model, for n8n's OpenAI nodes (Chat Completions,
 * https://platform.openai.com/docs/api-reference/chat). It says what it was told to say.
 */
export class FakeChatModel {
	private readonly server: TestServer;
	private replies: Reply[] = [];
	/** What it was asked since `says`, one for each of its replies. */
	asked: Asked[] = [];

	static async start(): Promise<FakeChatModel> {
		return new FakeChatModel(await TestServer.start());
	}

	private constructor(server: TestServer) {
		this.server = server;
		server.route('/v1/chat/completions', ({ body }, response) => {
			const asked = JSON.parse(body.toString()) as Asked;
			this.asked.push(asked);
			const reply = this.replies.shift();
			response.statusCode = reply && !asked.stream ? 200 : 400;
			response
				.setHeader('content-type', 'application/json')
				.end(JSON.stringify(reply ? completion(reply, asked) : { error: { message: 'No reply' } }));
		});
	}

	/** For the credential of n8n's OpenAI nodes. */
	get credential(): { name: string; type: string; data: Record<string, unknown> } {
		const data = { apiKey: 'none', url: `${this.server.origin}/v1` };
		return { name: 'Fake model', type: 'openAiApi', data };
	}

	/** Sets what it says, in order. A tool that is not named is the first one. */
	says(...replies: Reply[]): void {
		this.replies = replies;
		this.asked = [];
	}

	/** What tools have answered, by the ordinals of their calls, as far as the model got to know it. */
	get toolResults(): string[] {
		const messages = this.asked.at(-1)?.messages ?? [];
		return messages
			.filter(({ role }) => role === 'tool')
			.toSorted((a, b) => (a.tool_call_id! < b.tool_call_id! ? -1 : 1))
			.map(({ content }) => String(content));
	}

	async close(): Promise<void> {
		await this.server.close();
	}
}

function completion(reply: Reply, { tools, messages }: Asked): object {
	const message =
		'text' in reply
			? { role: 'assistant', content: reply.text }
			: {
					role: 'assistant',
					content: null,
					tool_calls: reply.calls.map(({ tool, input }, index) => ({
						id: `call_${messages.length}_${String(index).padStart(3, '0')}`,
						type: 'function',
						function: {
							name: tool ?? tools[0]!.function.name,
							arguments: JSON.stringify(input),
						},
					})),
				};
	return {
		id: 'completion',
		object: 'chat.completion',
		created: 0,
		model: 'fake',
		choices: [
			{ index: 0, message, finish_reason: 'text' in reply ? 'stop' : 'tool_calls', logprobs: null },
		],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}
