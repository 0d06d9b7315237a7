import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { properties } from '../../../nodes/ConcurrentHttpRequest/description';

/** What can be added in a group of the panel: its label as texts have it, and those within it. */
const within = (group: string): string[] => {
	const found = properties.flatMap((property) => (property.name === group ? [property] : []));
	const labels = found.flatMap(({ options = [] }) =>
		options.flatMap((option) => {
			if (!('values' in option)) return 'displayName' in option ? [option.displayName] : [];
			return option.values.flatMap(({ displayName, options: settings = [] }) => [
				displayName,
				...settings.flatMap((setting) =>
					'displayName' in setting ? [setting.displayName] : [setting.name],
				),
			]);
		}),
	);
	return labels.map((label) => label.replace(/ \([^)]*\)$/, ''));
};

const root = join(__dirname, '../../..');

const texts = globSync('nodes/**/*.ts', { cwd: root }).map((file) =>
	readFileSync(join(root, file), 'utf8'),
);

// Errors and hints tell people where to go in the panel, and labels are renamed now and then.
it.each([
	['Options', 'options'],
	['Retry', 'retry'],
	['Rate Limits', 'rateLimits'],
	['Output', 'output'],
])('texts name what there is under %s', (title, group) => {
	const labels = within(group);
	const named = texts.flatMap((text) => text.split(`${title} > `).slice(1));
	expect(named.length).toBeGreaterThan(0);
	const unknown = named.filter((rest) => !labels.some((label) => rest.startsWith(label)));
	expect(unknown.map((rest) => rest.slice(0, 40))).toEqual([]);
});
