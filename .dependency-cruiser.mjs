/**
 * The rooms of nodes/ConcurrentHttpRequest/, from the top down, as docs/architecture.md has them. A room
 * imports only what is below it, types included, so none is part of a cycle.
 */
const ROOMS = [
	'errors',
	'summary',
	'preview',
	'pagination',
	'output',
	'progress',
	'response',
	'request',
	'authentication',
	'parameters',
	'description',
	'client',
	'redis',
	'egress',
	'transport',
	'limits',
	'secrets',
	'expressions',
	'common',
];

/** Rooms that can be read, tested and simulated alone: what each of them may import of the others. */
const ALONE = {
	transport: ['common'],
	limits: ['common'],
	progress: ['common'],
	expressions: [],
	common: [],
};

const inside = (...rooms) => `^nodes/[^/]+/(?:${rooms.join('|')})/`;
const ON_TOP = '^nodes/[^/]+/[^/]+$';

export default {
	forbidden: [
		{
			name: 'no-cycle',
			comment: 'Move what both files need into a third one.',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'room-in-list',
			comment: 'Put the new room where it belongs in ROOMS.',
			severity: 'error',
			from: { path: '^nodes/[^/]+/[^/]+/', pathNot: inside(...ROOMS) },
			to: {},
		},
		...ROOMS.map((room, index) => ({
			name: `only-below-${room}`,
			comment: 'A room imports only rooms below it (docs/architecture.md).',
			severity: 'error',
			from: { path: inside(room) },
			to: { path: index === 0 ? ON_TOP : [ON_TOP, inside(...ROOMS.slice(0, index))] },
		})),
		...Object.entries(ALONE).map(([room, allowed]) => ({
			name: `${room}-stands-alone`,
			comment: 'Has to be understood without its neighbours (docs/architecture.md).',
			severity: 'error',
			from: { path: inside(room) },
			to: { path: '^nodes/', pathNot: inside(room, ...allowed) },
		})),
	],
	options: {
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		includeOnly: '^nodes/',
		enhancedResolveOptions: { extensions: ['.ts', '.json', '.lua'] },
	},
};
