import fc from 'fast-check';
import set from 'lodash/set';
import { convertWorkflows, NotAWorkflow } from '../../../cli/convert/convertWorkflows';
import { describeConversion } from '../../../cli/convert/describeConversion';
import { lossesOf } from '../../../cli/convert/losses';
import { parametersOf } from '../../../scripts/docs/parameters.ts';
import { properties } from '../../../nodes/ConcurrentHttpRequest/description';
import { OWN_PARAMETERS } from '../../n8n/support/outline.ts';

const BUILT_IN = 'n8n-nodes-base.httpRequest';
const OURS = 'n8n-nodes-concurrent-http.concurrentHttpRequest';
const OLD_TOOL = '@n8n/n8n-nodes-langchain.toolHttpRequest';

interface GeneratedNode {
	type: string;
	typeVersion: number;
	authentication: string | undefined;
	/** Type after the conversion. */
	target: string;
}

const versions = fc.constantFrom(4, 4.1, 4.2, 4.3, 4.4, 4.5);

const movable = fc
	.record({ type: fc.constantFrom('', 'Tool'), typeVersion: versions })
	.chain(({ type, typeVersion }) =>
		fc.record<GeneratedNode>({
			type: fc.constant(BUILT_IN + type),
			typeVersion: fc.constant(typeVersion),
			authentication: fc.constantFrom(undefined, 'none', '={{ $json.authentication }}'),
			target: fc.constant(OURS + type),
		}),
	);

const unmovable = fc.oneof(
	fc.record({
		...{ type: fc.constant(BUILT_IN), target: fc.constant(BUILT_IN), typeVersion: versions },
		authentication: fc.constantFrom('predefinedCredentialType', 'other'),
	}),
	fc.record({
		...{ type: fc.constant(BUILT_IN), target: fc.constant(BUILT_IN) },
		typeVersion: fc.constantFrom(1, 2, 3, 4.6, 5),
		authentication: fc.constant('none'),
	}),
	fc.record({
		...{ type: fc.constant(OLD_TOOL), target: fc.constant(OLD_TOOL) },
		typeVersion: fc.constantFrom(1, 1.1),
		authentication: fc.constant('none'),
	}),
);

const unconcerned = fc
	.constantFrom('n8n-nodes-base.set', 'n8n-nodes-base.httpRequestX', OURS, '', 'constructor')
	.map((type) => ({ type, typeVersion: 4.2, authentication: undefined, target: type }));

/** JSON in which the names that matter occur in places that do not. */
const anything = fc
	.jsonValue()
	.chain((value) =>
		fc.constantFrom<unknown>(
			...[value, { type: BUILT_IN, nodes: [{ type: BUILT_IN, typeVersion: 4 }], value }],
		),
	);

/** What each node's type is replaced by, to make the text before and the text that is expected. */
const placeholder = (index: number) => `"~type ${index}~"`;

const workflows = fc
	.record({
		nodes: fc.array(
			fc.record({ node: fc.oneof(movable, unmovable, unconcerned), extra: anything }),
		),
		around: anything,
		indent: fc.constantFrom(undefined, 2, '\t'),
		isList: fc.boolean(),
		mark: fc.constantFrom('', '\uFEFF'),
	})
	.map(({ nodes, around, indent, isList, mark }) => {
		const workflow = {
			meta: around,
			nodes: nodes.map(({ node: { typeVersion, authentication }, extra }, index) => ({
				credentials: extra,
				name: `Node ${index}`,
				type: `~type ${index}~`,
				typeVersion,
				parameters: { authentication, extra, id: 'big number' },
			})),
			connections: around,
			name: 'Test',
		};
		const template = JSON.stringify(isList ? [workflow] : workflow, null, indent);
		const write = (typeOf: (node: GeneratedNode) => string) =>
			nodes.reduce(
				(text, { node }, index) => text.replace(placeholder(index), JSON.stringify(typeOf(node))),
				// More digits than a number of JavaScript has.
				mark + template.replaceAll('"big number"', '12345678901234567890.10'),
			);
		return {
			before: write(({ type }) => type),
			after: write(({ target }) => target),
			moved: nodes.filter(({ node }) => node.type !== node.target).length,
			left: nodes.filter(
				({ node: { type, target } }) => type === target && [BUILT_IN, OLD_TOOL].includes(type),
			).length,
		};
	});

it('changes the types of nodes that can be moved, and not one character besides', () => {
	fc.assert(
		fc.property(workflows, ({ before, after, moved, left }) => {
			const result = convertWorkflows(before, 'here');
			expect(result.text).toBe(after);
			expect(result.converted).toHaveLength(moved);
			expect(result.left).toHaveLength(left);
			expect(result.left.every(({ reason }) => reason.length > 20)).toBe(true);
		}),
	);
});

it('moves back what it moved', () => {
	fc.assert(
		fc.property(fc.array(movable), fc.boolean(), (nodes, isPretty) => {
			const workflow = nodes.map(({ target: _target, ...node }) => ({ nodes: [node] }));
			const before = JSON.stringify(workflow, null, isPretty ? 2 : undefined);
			const there = convertWorkflows(before, 'here').text;
			expect(convertWorkflows(there, 'back').text).toBe(before);
		}),
	);
});

const one = (node: object) => JSON.stringify({ name: 'W', nodes: [{ name: 'N', ...node }] });

it.each([null, 'text', [1]])('takes parameters %j for none', (parameters) => {
	const { text } = convertWorkflows(one({ type: OURS, parameters }), 'back');
	expect(text).toBe(one({ type: BUILT_IN, parameters }));
});

it('takes the last of two properties of a name, as n8n does', () => {
	const text = `{"nodes": [], "nodes": [{"type": "x", "type": "${BUILT_IN}", "typeVersion": 4}]}`;
	expect(convertWorkflows(text, 'here').text).toBe(text.replace(BUILT_IN, OURS));
});

it.each([
	[{ type: BUILT_IN, typeVersion: 3 }, /version is 3, .* before version 4/],
	[{ type: BUILT_IN }, /version is 1,/],
	[{ type: BUILT_IN, typeVersion: 4.6 }, /version is 4.6, .* newer version of the package/],
	[{ type: OLD_TOOL, typeVersion: 1.1 }, /as a tool in the editor/],
	[
		{
			...{ type: BUILT_IN, typeVersion: 4.2 },
			parameters: { authentication: 'predefinedCredentialType', nodeCredentialType: 'slackApi' },
		},
		/Predefined credential types/,
	],
	[
		{
			...{ type: BUILT_IN, typeVersion: 4.2 },
			parameters: { authentication: 'genericCredentialType', genericAuthType: 'ofAnotherPackage' },
		},
		/"ofAnotherPackage"/,
	],
])('says why it leaves %j', (node, reason) => {
	const text = one(node);
	const result = convertWorkflows(text, 'here');
	expect(result.text).toBe(text);
	expect(result.left).toEqual([
		{ workflow: 'W', node: 'N', reason: expect.stringMatching(reason) as string },
	]);
});

it('does not move the package’s own credential back', () => {
	const text = one({ type: OURS, parameters: { authentication: 'concurrentHttpApi' } });
	const { left, text: after } = convertWorkflows(text, 'back');
	expect(after).toBe(text);
	expect(left[0]?.reason).toContain('Concurrent HTTP API');
});

it('does not move a node with a second output back', () => {
	const text = one({ type: OURS, parameters: { output: { summary: true } } });
	const { left, text: after } = convertWorkflows(text, 'back');
	expect(after).toBe(text);
	expect(left[0]?.reason).toMatch(/second output.* Remove Output > Summary/);

	const off = one({ type: OURS, parameters: { output: { summary: false } } });
	expect(convertWorkflows(off, 'back').left).toEqual([]);
});

it.each([
	['here', BUILT_IN, OURS],
	['back', OURS, BUILT_IN],
] as const)('leaves a workflow within a node, and says so (%s)', (direction, type, other) => {
	const holder = (inner: string) =>
		one({
			type: 'n8n-nodes-base.executeWorkflow',
			parameters: { source: 'parameter', workflowJson: one({ type: inner }) },
		});
	const { text, left } = convertWorkflows(holder(type), direction);
	expect(text).toBe(holder(type));
	expect(left).toEqual([
		{ workflow: 'W', node: 'N', reason: expect.stringContaining('by itself') as string },
	]);

	expect(convertWorkflows(holder(other), direction).left).toEqual([]);
});

it('says what n8n will drop on the way back', () => {
	const options = { http2: false, timeout: 1, batching: {} };
	const parameters = { maxConcurrency: 5, retry: {}, rateLimits: {}, options };
	const conversion = convertWorkflows(one({ type: OURS, parameters }), 'back');
	expect(describeConversion(conversion)).toEqual([
		'"W", "N": converted',
		'"W", "N": n8n will drop Max Concurrency, Rate Limits, Retry, HTTP/2',
		'1 of 1 nodes converted',
	]);
});

it('knows everything that HTTP Request does not have', () => {
	const paths = parametersOf(properties).map(({ path }) => path.replaceAll('[]', ''));
	const names = [...new Set(paths)];
	const lost = names.filter((path) => lossesOf(set({}, path, {}), 'back').length > 0);
	expect(lost).toContain('retry');
	expect(lost).toContain('options.pagination.pagination.pageLimit');
	expect(lost).toEqual(names.filter((path) => path in OWN_PARAMETERS));
});

it('shows no control character of a name', () => {
	const text = JSON.stringify({
		name: '\u001b[31m',
		nodes: [{ name: '\n\u009b', type: BUILT_IN }],
	});
	const [line = ''] = describeConversion(convertWorkflows(text, 'here'));
	expect(line).toMatch(/^"\\u001b\[31m", "\\n\\u009b": left/);
});

it('shows no control character of a reason', () => {
	const parameters = { authentication: '\u001b[2J\u007f' };
	const text = one({ type: BUILT_IN, typeVersion: 4, parameters });
	const [line = ''] = describeConversion(convertWorkflows(text, 'here'));
	expect(line).toContain('Authentication "\\u001b[2J\\u007f" is not supported');
});

it.each(['', '{', '{"nodes": {}}', '[1]', '3', '{"nodes": [] } // note', '{"nodes": [],}'])(
	'refuses %j',
	(text) => {
		expect(() => convertWorkflows(text, 'here')).toThrow(NotAWorkflow);
	},
);
