import { CompiledParameters } from '../../../nodes/ConcurrentHttpRequest/expressions/CompiledParameters.ts';

it('compiles a parameter once', () => {
	const parameters = new CompiledParameters();
	expect(parameters.of('url', '={{ $json.a }}')).toBe(parameters.of('url', '={{ $json.a }}'));
});

it('keeps apart what is called or written differently', () => {
	const parameters = new CompiledParameters();
	const known = [
		parameters.of('url', '={{ $json.a }}'),
		parameters.of('url', '={{ $json.b }}'),
		parameters.of('body', '={{ $json.a }}'),
		parameters.of('url', ['={{ $json.a }}']),
	];
	expect(new Set(known).size).toBe(4);
});

it('forgets the oldest where there are too many', () => {
	const parameters = new CompiledParameters(2);
	const first = parameters.of('url', '={{ 1 }}');
	const second = parameters.of('url', '={{ 2 }}');
	parameters.of('url', '={{ 3 }}');
	expect(parameters.of('url', '={{ 2 }}')).toBe(second);
	expect(parameters.of('url', '={{ 1 }}')).not.toBe(first);
});

it('does not keep a long one', () => {
	const parameters = new CompiledParameters();
	const raw = `={{ $json.a }}${'x'.repeat(10_000)}`;
	expect(parameters.of('body', raw)).not.toBe(parameters.of('body', raw));
});
