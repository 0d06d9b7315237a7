/**
 * Loaded into n8n before it starts: ends it when the process that started it is gone, even if
 * that one was killed and could not do so itself.
 */
const PATIENCE_MS = 5_000;

process.on('disconnect', () => {
	// Nobody reads the output any more: n8n would log each failure to log, and never end.
	for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
	process.kill(process.pid, 'SIGTERM');
	// It leads a process group, so its task runner goes too.
	setTimeout(() => process.kill(-process.pid, 'SIGKILL'), PATIENCE_MS).unref();
});
