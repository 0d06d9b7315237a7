import type { TestServer, TestServerOptions } from '../TestServer.ts';
import type { CredentialValues } from '../workflow/credentials.ts';
import type { ExampleRun } from './runExample.ts';

/** What the test sees when an example has run: its first run, and all of them. */
export interface ExampleOutcome extends ExampleRun {
	server: TestServer;
	runs: ExampleRun[];
}

/** How a file in examples/ is run, and what its section in the docs promises. */
export interface ExampleCheck {
	/** What the server is like; a plain HTTP server where not given. */
	server?: TestServerOptions;
	/** What a user would choose in the node, by credential type. */
	credentials?: (origin: string) => CredentialValues;
	/** How often it is run, all at the same time; once where not given. */
	runs?: number;
	/** Presses Stop when it is true; else the workflow ends by itself. */
	until?: (server: TestServer) => boolean;
	expect: (outcome: ExampleOutcome) => void | Promise<void>;
}
