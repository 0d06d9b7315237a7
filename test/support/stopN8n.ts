/** Stops the n8n that tests have shared. */
export default async function stopN8n(): Promise<void> {
	await globalThis.startedN8n?.stop();
}
