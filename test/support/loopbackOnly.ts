/**
 * Keeps this process on this machine: connections to other addresses fail, and no name but
 * `localhost` exists. So a test of a forbidden address sends nothing, even if the rule that it tests
 * is broken. Jest loads this file for each test file; a real n8n gets it by `--require`.
 *
 * A test may still replace `dns.lookup`: the addresses that it finds are checked when they are used.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

interface Target {
	host?: string | undefined;
	port?: unknown;
	/** `null` in requests of `http`. */
	path?: string | null;
	lookup?: LookupFunction;
}

type Callback = (error: Error | null, ...found: unknown[]) => void;

/** Node's own functions. They are kept, because jest loads Node's modules once for many test files. */
interface Originals {
	readonly connect: (...args: unknown[]) => net.Socket;
	readonly lookup: (...args: unknown[]) => void;
	readonly lookupPromise: (...args: unknown[]) => Promise<LookupAddress>;
}

const ORIGINALS = Symbol.for('loopbackOnly');
const prototype = net.Socket.prototype as unknown as { [ORIGINALS]?: Originals };
const originals: Originals = (prototype[ORIGINALS] ??= {
	connect: net.Socket.prototype.connect as Originals['connect'],
	lookup: dns.lookup as Originals['lookup'],
	lookupPromise: dns.promises.lookup as Originals['lookupPromise'],
});

const refusals: string[] = [];

/** @returns the targets that were refused since the last call, as `host:port` */
export function takeRefusals(): string[] {
	return refusals.splice(0);
}

const loopback = new net.BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
// Operating systems take these for loopback.
loopback.addAddress('0.0.0.0', 'ipv4');
loopback.addAddress('::', 'ipv6');

function isLoopback(address: string): boolean {
	return loopback.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4');
}

function isLocalName(name: string): boolean {
	return net.isIP(name) !== 0 || /^(.+\.)?localhost\.?$/i.test(name);
}

function refuse(target: string): Error {
	refusals.push(target);
	const error = new Error(`A test must not connect to ${target}`);
	return Object.assign(error, { code: 'ENETUNREACH', syscall: 'connect' });
}

function refusing(): never {
	throw refuse('a name server, or by a datagram');
}

function notFound(name: string): Error {
	const error = new Error(`getaddrinfo ENOTFOUND ${name}`);
	return Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: name });
}

/** The arguments of `net.connect` in one form; `net` itself hands them on as a list in a list. */
function targetOf(args: unknown[]): { target: Target; connected: unknown } {
	const list = (Array.isArray(args[0]) ? args[0] : args) as unknown[];
	const connected = list.find((each) => typeof each === 'function');
	const [first, second] = list;
	if (typeof first === 'object' && first !== null) return { target: { ...first }, connected };
	if (Number.isNaN(Number(first))) return { target: { path: String(first) }, connected };
	const host = typeof second === 'string' ? second : undefined;
	return { target: { port: first, host }, connected };
}

function connect(this: net.Socket, ...args: unknown[]): net.Socket {
	const { target, connected } = targetOf(args);
	const { host = 'localhost', port, path, lookup = dns.lookup } = target;
	if (!path && net.isIP(host) !== 0 && !isLoopback(host)) {
		const error = refuse(`${host}:${String(port)}`);
		process.nextTick(() => this.destroy(error));
		return this;
	}
	const guarded = { ...target, lookup: guardedLookup(lookup, port) };
	return originals.connect.apply(this, connected === undefined ? [guarded] : [guarded, connected]);
}

/** A look-up for a connection: all addresses that it finds have to be loopback. */
function guardedLookup(lookup: LookupFunction, port: unknown): LookupFunction {
	return (name, options, callback) =>
		lookup(name, options, (error, found, family) => {
			const addresses = Array.isArray(found) ? found.map(({ address }) => address) : [found];
			const elsewhere = error ? undefined : addresses.find((address) => !isLoopback(address));
			if (elsewhere === undefined) callback(error, found, family);
			else callback(refuse(`${elsewhere}:${String(port)}`), [], 0);
		});
}

Object.assign(net.Socket.prototype, { connect });
Object.assign(dgram.Socket.prototype, { send: refusing, connect: refusing });
Object.assign(dns, {
	lookup: (name: string, ...more: unknown[]) => {
		if (isLocalName(name)) originals.lookup(name, ...more);
		else process.nextTick(more.at(-1) as Callback, notFound(name));
	},
});
Object.assign(dns.promises, {
	lookup: async (name: string, ...more: unknown[]) => {
		if (!isLocalName(name)) throw notFound(name);
		return await originals.lookupPromise(name, ...more);
	},
});
for (const owner of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
	for (const name of Object.getOwnPropertyNames(owner)) {
		if (/^(resolve|reverse)/.test(name)) Object.assign(owner, { [name]: refusing });
	}
}
