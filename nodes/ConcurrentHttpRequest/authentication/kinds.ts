import type { AuthenticationKind } from './Authentication';
import { basic } from './basic';
import { bearer } from './bearer';
import { concurrentHttpApi } from './concurrentHttpApi';
import { custom } from './custom';
import { header } from './header';
import { query } from './query';
import { templatedCustom } from './templatedCustom';

/** Credential types that say by themselves what they add. A new one is a file and a line here. */
export const KINDS: ReadonlyMap<string, AuthenticationKind> = new Map(
	Object.entries<AuthenticationKind>({
		httpBasicAuth: basic,
		httpBearerAuth: bearer,
		httpHeaderAuth: header,
		httpQueryAuth: query,
		httpCustomAuth: custom,
		httpTemplatedCustomAuth: templatedCustom,
		concurrentHttpApi,
	}),
);
