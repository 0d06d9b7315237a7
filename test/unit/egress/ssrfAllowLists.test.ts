import { readSsrfAllowLists } from '../../../nodes/ConcurrentHttpRequest/egress/ssrfAllowLists.ts';

it('has nothing where nothing is set', () => {
	for (const list of [undefined, '', ' ', ',']) {
		const { hasAddress, hasName } = readSsrfAllowLists({
			N8N_SSRF_ALLOWED_IP_RANGES: list,
			N8N_SSRF_ALLOWED_HOSTNAMES: list,
		});
		expect([hasAddress('127.0.0.1'), hasAddress('::1'), hasName('localhost')]).toEqual([
			...[false, false, false],
		]);
	}
});

it('has the addresses of its ranges', () => {
	const ranges = '10.0.0.0/8, 64:ff9b::/96,,10.0.0.0/33,192.168.0.1,x/8,::/129';
	const { hasAddress } = readSsrfAllowLists({ N8N_SSRF_ALLOWED_IP_RANGES: ranges });
	for (const address of ['10.1.2.3', '64:ff9b::7f00:1']) expect(hasAddress(address)).toBe(true);
	for (const address of ['11.0.0.1', '192.168.0.1', '64:ff9b:1::1', '::1', 'a.test', '']) {
		expect(hasAddress(address)).toBe(false);
	}
});

it('has names, and by a wildcard the names below one', () => {
	const names = 'a.test, *.B.test ,';
	const { hasName } = readSsrfAllowLists({ N8N_SSRF_ALLOWED_HOSTNAMES: names });
	for (const name of ['a.test', 'A.test', 'x.b.test', 'y.x.b.test'])
		expect(hasName(name)).toBe(true);
	for (const name of ['x.a.test', 'b.test', 'ab.test', '127.0.0.1', '']) {
		expect(hasName(name)).toBe(false);
	}
});
