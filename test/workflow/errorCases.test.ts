import tls from 'node:tls';
import { errorCases, startErrorServers } from '../support/errorCases.ts';
import type { ErrorServers } from '../support/errorCases.ts';
import { sendItems } from '../support/workflow/sendItems.ts';

const trusted = tls.getCACertificates('default');
let servers: ErrorServers;

beforeAll(async () => {
	servers = await startErrorServers();
	tls.setDefaultCACertificates([servers.expired.ca!, servers.otherHost.ca!]);
});

afterAll(async () => {
	tls.setDefaultCACertificates(trusted);
	await servers.close();
});

/** `*` stands for anything but `***`, which stands for itself. */
function pattern(text: string): RegExp {
	const parts = text
		.split(/(?<!\*)\*(?![*.])/)
		.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
	return new RegExp(`^${parts.join('.*')}$`, 's');
}

it.each(errorCases)('$name', async (errorCase) => {
	const { message, description, binary, credentials, isProtected } = errorCase;
	const items = [0, 1, 2].map((id) => ({ json: { id }, ...(binary && { binary }) }));
	const { error } = await sendItems(errorCase.parameters(servers), {
		...{ items, ...(credentials && { credentials }), ...(isProtected && { egress: {} }) },
	});
	const [, said = '', item] =
		/^(.*?)(?: \[item (\d), the \d\w\w of 3\])?$/s.exec(error!.message) ?? [];
	expect(said).toMatch(pattern(message));
	expect(error?.description ?? '').toMatch(pattern(description));
	expect(String(error?.context?.itemIndex)).toBe(String(item));
	expect(JSON.stringify([error?.message, error?.description, error?.context])).not.toContain(
		'S3cret',
	);
});
