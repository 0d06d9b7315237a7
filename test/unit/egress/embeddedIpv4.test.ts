import fc from 'fast-check';
import { embeddedIpv4 } from '../../../nodes/ConcurrentHttpRequest/egress/embeddedIpv4.ts';

it.each([
	['::', ['0.0.0.0'], 'RFC 4291 section 2.5.2'],
	['::127.0.0.1', ['127.0.0.1'], 'RFC 4291 section 2.5.5.1'],
	['::7f00:1', ['127.0.0.1'], 'RFC 4291 section 2.5.5.1'],
	['::ffff:127.0.0.1', ['127.0.0.1'], 'RFC 4291 section 2.5.5.2'],
	['0:0:0:0:0:FFFF:7F00:0001', ['127.0.0.1'], 'RFC 4291 section 2.5.5.2'],
	['::ffff:0:10.0.0.1', ['10.0.0.1'], 'RFC 2765 section 2.1'],
	['64:ff9b::192.0.2.33', ['192.0.2.33'], 'RFC 6052 section 2.4'],
	['64:ff9b:1::10.0.0.1', ['10.0.0.1'], 'RFC 8215 section 3.1'],
	['64:ff9b:1:c000:2:2100::', ['192.0.2.33'], 'RFC 6052 section 2.4, length 48'],
	['64:ff9b:1:3c0:0:221::', ['192.0.2.33'], 'RFC 6052 section 2.4, length 56'],
	['64:ff9b:1:344:c0:2:2100::', ['192.0.2.33'], 'RFC 6052 section 2.4, length 64'],
	['2002:c000:221::1', ['192.0.2.33'], 'RFC 3056 section 2'],
	['2001:0:4136:e378:8000:63bf:3fff:fdd2', ['65.54.227.120', '192.0.2.45'], 'RFC 4380 section 4'],
	['::1%lo', [], 'RFC 4291 section 2.5.3'],
	['::1', [], 'RFC 4291 section 2.5.3'],
	['::127.0.0.1%lo', ['127.0.0.1'], 'RFC 4007 section 11'],
])('finds what %s stands for: %j (%s)', (address, expected) => {
	const found = embeddedIpv4(address);
	for (const each of expected) expect(found).toContain(each);
	if (!address.startsWith('64:ff9b:1:')) expect(found).toEqual(expected);
});

it.each([
	...['127.0.0.1', 'localhost', 'a.test', '', ':', 'a:b', '[::127.0.0.1]', '2001:db8::7f00:1'],
	...['fe80::7f00:1', '::fffe:7f00:1', '64:ff9a::7f00:1', '64:ff9b:2::7f00:1', '2003:7f00:1::'],
])('finds nothing in %j', (host) => {
	expect(embeddedIpv4(host)).toEqual([]);
});

it('finds nothing but IPv4 addresses, whatever the host', () => {
	const group = fc.constantFrom('0', '1', 'ffff', '64', 'ff9b', '2002', '2001', '7f00');
	const address = fc.array(group, { minLength: 8, maxLength: 8 }).map((all) => all.join(':'));
	fc.assert(
		fc.property(fc.oneof(fc.string(), fc.ipV6(), address), (host) => {
			for (const ipv4 of embeddedIpv4(host)) expect(new URL(`http://${ipv4}/`).hostname).toBe(ipv4);
		}),
	);
});
