/**
 * Loaded by `--require` into the n8n of a soak. On SIGUSR2 it collects garbage, counts what is left, and
 * writes it to the file `SOAK_PROBE`; objects only where a file with `.objects` behind its name asks for them,
 * because each class takes as long as a collection.
 */
const { existsSync, writeFileSync, renameSync } = require('node:fs');
const http2 = require('node:http2');
const { Socket } = require('node:net');
const { setTimeout: sleep } = require('node:timers/promises');
const v8 = require('node:v8');
const vm = require('node:vm');
const { isMainThread } = require('node:worker_threads');

const file = process.env.SOAK_PROBE;

if (file && isMainThread) process.on('SIGUSR2', () => void count());

async function count() {
	v8.setFlagsFromString('--expose_gc');
	const collect = vm.runInNewContext('gc');
	// What a finalizer lets go is collected only the next time.
	collect();
	await sleep(50);
	collect();
	const { heapUsed, external, rss } = process.memoryUsage();
	const resources = {};
	for (const name of process.getActiveResourcesInfo()) {
		resources[name] = (resources[name] ?? 0) + 1;
	}
	const listeners = process
		.eventNames()
		.reduce((sum, name) => sum + process.listenerCount(name), 0);
	const counted = {
		...{ heapUsed, external, rss, resources, listeners },
		...(existsSync(`${file}.objects`) && { objects: countObjects() }),
	};
	writeFileSync(`${file}.part`, JSON.stringify(counted));
	renameSync(`${file}.part`, file);
}

function countObjects() {
	return {
		sockets: v8.queryObjects(Socket),
		http2Sessions: v8.queryObjects(http2Session()),
		timeouts: v8.queryObjects(timeout()),
		abortSignals: v8.queryObjects(AbortSignal),
	};
}

function timeout() {
	const timer = setTimeout(() => {}, 0);
	clearTimeout(timer);
	return timer.constructor;
}

let Http2Session;

/** The class is not exported. */
function http2Session() {
	if (Http2Session) return Http2Session;
	const session = http2.connect('http://127.0.0.1:1');
	session.on('error', () => {});
	Http2Session = session.constructor;
	session.destroy();
	return Http2Session;
}
