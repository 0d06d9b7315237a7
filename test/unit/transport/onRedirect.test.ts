import type { ResponseHead } from '../../../nodes/ConcurrentHttpRequest/transport/HttpResponse.ts';
import { TransportFailure } from '../../../nodes/ConcurrentHttpRequest/transport/TransportFailure.ts';
import { TestServer } from '../../support/TestServer.ts';
import { requestTo } from './requestTo.ts';
import { closeTransports, newTransport, policy } from './transports.ts';

let server: TestServer;

beforeEach(async () => {
	server = await TestServer.start();
});

afterEach(async () => {
	await closeTransports();
	await server.close();
});

const request = (path: string) => requestTo(server.origin + path);

it('asks before each redirect, and tells of each request that was sent', async () => {
	const events: string[] = [];
	const onRedirect = async ({ statusCode }: ResponseHead, origin: string) => {
		await Promise.resolve();
		const { length } = server.requests;
		events.push(`${statusCode} after ${length}, ${origin === server.origin}`);
		return () => void events.push(`sent after ${length}`);
	};
	const onSent = () => void events.push('sent');
	const path = '/redirect?times=2&to=/text';
	await newTransport().send(request(path), onSent, undefined, onRedirect);
	expect(events).toEqual([
		...['sent', '302 after 1, true', 'sent after 1', '302 after 2, true', 'sent after 2'],
	]);
});

it('ends with what the sender says instead', async () => {
	const error = new Error('No more than this');
	const onRedirect = () => Promise.reject(error);
	const sent = newTransport().send(request('/redirect?to=/text'), undefined, undefined, onRedirect);
	await expect(sent).rejects.toBe(error);
	expect(server.requests).toHaveLength(1);
});

it('does not ask for what the policy forbids', async () => {
	const refusal = new TransportFailure('blocked by policy', 'Not there');
	const egress = policy({
		checkRedirect: () => {
			throw refusal;
		},
	});
	const onRedirect = jest.fn(async () => await Promise.resolve(undefined));
	const sent = newTransport({ egress }).send(
		request('/redirect?to=/text'),
		undefined,
		undefined,
		onRedirect,
	);
	await expect(sent).rejects.toBe(refusal);
	expect(onRedirect).not.toHaveBeenCalled();
});

it('sends nothing where it was ended while the sender waited', async () => {
	const transport = newTransport();
	const { promise: admitted, resolve: admit } = Promise.withResolvers<void>();
	const stop = new TransportFailure('cancelled', 'Stopped');
	let asked = () => {};
	const isAsked = new Promise<void>((resolve) => (asked = resolve));
	const onRedirect = async () => {
		asked();
		await admitted;
		return undefined;
	};
	const sent = transport.send(request('/redirect?to=/text'), undefined, undefined, onRedirect);
	await isAsked;
	transport.abort(stop);
	await expect(sent).rejects.toBe(stop);
	admit();
	await server.waitFor(({ inFlight }) => inFlight === 0);
	expect(server.requests).toHaveLength(1);
});

it('does not ask where it was ended before', async () => {
	const stop = new TransportFailure('cancelled', 'Stopped');
	const egress = policy({ checkRedirect: () => transport.abort(stop) });
	const transport = newTransport({ egress });
	const onRedirect = jest.fn(async () => await Promise.reject(new Error('Nobody hears this')));
	const sent = transport.send(request('/redirect?to=/text'), undefined, undefined, onRedirect);
	await expect(sent).rejects.toBe(stop);
	expect(onRedirect).not.toHaveBeenCalled();
});
