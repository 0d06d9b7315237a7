/**
 * Settings of HTTP Request that no use of the suite makes, and why. Each speaks of what is below
 * it, too. One that is used after all, or that HTTP Request does not have, fails the suite.
 */
export const UNCOVERED: Record<string, string> = {
	nodeCredentialType: 'n8n hands out predefined credentials to its own nodes only',
	'authentication = predefinedCredentialType': 'refused, with a reason (refusedUses)',
	'options.proxy': 'a proxy is compared with real ones elsewhere',
	// What an agent's tool makes shorter.
	...Object.fromEntries(
		[
			...['optimizeResponse', 'responseType', 'dataField', 'fieldsToInclude', 'fields'],
			...['cssSelector', 'onlyContent', 'elementsToOmit', 'truncateResponse', 'maxLength'],
		].map((name) => [name, 'compared in optimizeResponse.test.ts']),
	),
};
