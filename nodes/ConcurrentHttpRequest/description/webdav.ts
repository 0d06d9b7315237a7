import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** Methods of RFC 4918 and RFC 3253 that HTTP Request offers. */
const METHODS = ['COPY', 'MKCOL', 'MOVE', 'PROPFIND', 'REPORT'];

/**
 * Offered where the option is on. Where it is not, the one that is chosen stays in the list, so that
 * the panel shows what is sent: the option may have been removed, or the method imported.
 */
export const webdavMethodChoices: INodePropertyOptions[] = METHODS.flatMap((method) => {
	const choice = { name: method, value: method };
	const isAnother = { _cnd: { not: method } };
	return [
		{ ...choice, displayOptions: { show: { 'options.webdavMethods': [true] } } },
		{
			...choice,
			displayOptions: { hide: { method: [isAnother], 'options.webdavMethods': [true] } },
		},
	];
});

export const webdavMethods: INodeProperties = {
	displayName: 'Enable WebDAV Methods',
	name: 'webdavMethods',
	type: 'boolean',
	default: false,
	description:
		'Whether to offer the methods of WebDAV, too: PROPFIND, MKCOL, MOVE, COPY and REPORT, for example to list a folder of Nextcloud with PROPFIND',
};
