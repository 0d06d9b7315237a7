const VARIABLE = 'CONCURRENT_HTTP_KEEP_CONNECTIONS';

/** Sets for how many seconds connections are kept after a run. To be undone by {@link keepAsUsual}. */
export function keepFor(seconds: number): void {
	process.env[VARIABLE] = String(seconds);
}

export function keepAsUsual(): void {
	delete process.env[VARIABLE];
}
