/** Whatever bytes a server sends, a parser reads them or throws what it declares. */
import { bodyParsers } from '../support/fuzz/bodies.ts';
import { headerParsers } from '../support/fuzz/headers.ts';
import { wire, wireParser } from '../support/fuzz/wire.ts';

const mockWire = wire;
jest.mock('undici/lib/core/connect.js', () => () => mockWire.network.buildConnector());

it.each([...headerParsers, ...bodyParsers, wireParser])('$name', async ({ fuzz }) => {
	await fuzz(1000);
});
