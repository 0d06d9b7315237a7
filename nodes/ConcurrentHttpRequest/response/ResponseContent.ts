import type { IBinaryData } from 'n8n-workflow';

/** A body as data. */
export type ResponseContent =
	| { readonly kind: 'file'; readonly file: IBinaryData }
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'json'; readonly value: unknown };
