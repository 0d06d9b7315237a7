import { findRedisServer } from '../../../scripts/queue/programs.ts';

it('says how to install what is missing, and how to end the service that Debian starts', () => {
	const { PATH } = process.env;
	process.env.PATH = '';
	try {
		expect(findRedisServer).toThrow(
			/sudo apt-get install --no-install-recommends redis-server\n[^]*sudo systemctl disable --now redis-server/,
		);
	} finally {
		process.env.PATH = PATH;
	}
});
