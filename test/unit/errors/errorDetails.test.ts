import {
	givesDetails,
	n8nCoreVersion,
} from '../../../nodes/ConcurrentHttpRequest/errors/errorDetails.ts';

it.each(['2.34.4', '2.34.10', '2.35.2', '2.36.0', '2.41.1', '2.100.0', '3.0.0', '3.0.0-rc.1'])(
	'are given in n8n-core %s from node version 4.5 on',
	(coreVersion) => {
		expect(givesDetails(4.5, coreVersion)).toBe(true);
		expect(givesDetails(4.4, coreVersion)).toBe(false);
	},
);

it.each(['2.30.4', '2.31.0', '2.33.9', '2.34.0', '2.34.2', '2.35.0', '2.35.1', '1.123.4', 'x', ''])(
	'are not given in n8n-core %j, which would take the item for a success',
	(coreVersion) => {
		expect(givesDetails(4.5, coreVersion)).toBe(false);
	},
);

it('are not given in an n8n whose version is not known', () => {
	expect(givesDetails(4.5, undefined)).toBe(false);
});

it('depend on the n8n-core that is installed', () => {
	expect(n8nCoreVersion).toMatch(/^\d+\.\d+\.\d+/);
	expect(givesDetails(4.5, n8nCoreVersion)).toBe(true);
});
