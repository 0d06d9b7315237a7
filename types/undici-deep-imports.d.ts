/**
 * undici's index installs a process-wide global dispatcher when it is loaded. A guest in
 * n8n's process must not do that, so the node imports these modules by their own paths;
 * undici publishes types for its index only.
 */
declare module 'undici/lib/dispatcher/agent.js' {
	import { Agent } from 'undici';
	export default Agent;
}

declare module 'undici/lib/dispatcher/proxy-agent.js' {
	import { ProxyAgent } from 'undici';
	export default ProxyAgent;
}

declare module 'undici/lib/core/connect.js' {
	import { buildConnector } from 'undici';
	export default buildConnector;
}

declare module 'undici/lib/dispatcher/pool.js' {
	import { Pool } from 'undici';
	export default Pool;
}

declare module 'undici/lib/api/api-connect.js' {
	import type { Dispatcher } from 'undici';
	const connect: Dispatcher['connect'];
	export default connect;
}

declare module 'undici/lib/core/symbols.js' {
	const symbols: {
		readonly kHTTP2Session: unique symbol;
		readonly kParser: unique symbol;
		readonly kRunning: unique symbol;
	};
	export default symbols;
}
