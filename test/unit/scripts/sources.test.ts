import { SOURCE_FOLDERS } from '../../../scripts/build/sources.ts';

it('watches the folder of every bundle, the command’s included', () => {
	expect(SOURCE_FOLDERS).toEqual(['nodes', 'credentials', 'cli']);
});
