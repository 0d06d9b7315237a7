import { Parser, type ParserOptions, type TreeAdapter, type TreeAdapterTypeMap } from 'parse5';

import { UnreadableResponse } from '../UnreadableResponse';

/** Characters. Parsing and selecting block n8n for up to 3 s per million. */
const MAX_LENGTH = 2 * 1024 * 1024;

/** Levels of nested elements, as in browsers. The parser's time grows with the square of them. */
const MAX_DEPTH = 512;

/** Elements of a page. A few characters can stand for hundreds: each `<p>` repeats all open `<b id=…>`. */
const MAX_ELEMENTS = 100_000;

/** Attributes of one tag. The parser's time grows with the square of them. */
const MAX_ATTRIBUTES = 500;

const AS_IT_IS = 'Switch Optimize Response off to get the page as it is.';

/** The part of parse5's tokenizer that begins each attribute of a tag. */
interface AttributeReader {
	readonly currentToken: { readonly attrs?: readonly unknown[] } | null;
	_createAttr(firstCharacter: string): void;
}

/**
 * Parses a page as browsers do.
 *
 * @throws {UnreadableResponse} where that would block n8n for long, or take much memory
 */
export function parsePage<T extends TreeAdapterTypeMap>(
	page: string,
	treeAdapter: TreeAdapter<T>,
	options: ParserOptions<T> = {},
): T['document'] {
	if (page.length > MAX_LENGTH) {
		throw new UnreadableResponse(
			`The page has ${page.length} characters, and Optimize Response reads up to ${MAX_LENGTH}`,
			'Switch Optimize Response off, or request a smaller page.',
		);
	}
	let depth = 0;
	let elements = 0;
	const bounded: TreeAdapter<T> = {
		...treeAdapter,
		createElement: (...element) => {
			if (++elements > MAX_ELEMENTS) {
				throw new UnreadableResponse(
					`The page has more than ${MAX_ELEMENTS} elements, which Optimize Response does not read`,
					AS_IT_IS,
				);
			}
			return treeAdapter.createElement(...element);
		},
		onItemPush: () => {
			if (++depth <= MAX_DEPTH) return;
			throw new UnreadableResponse(
				`The elements of the page are nested more than ${MAX_DEPTH} deep, which Optimize Response does not read`,
				AS_IT_IS,
			);
		},
		onItemPop: () => void depth--,
	};
	const parser = new Parser<T>({ ...options, treeAdapter: bounded });
	boundAttributes(parser.tokenizer as unknown as AttributeReader);
	parser.tokenizer.write(page, true);
	return parser.document;
}

function boundAttributes(tokenizer: AttributeReader): void {
	const createAttr = tokenizer._createAttr.bind(tokenizer);
	tokenizer._createAttr = (firstCharacter) => {
		if ((tokenizer.currentToken?.attrs?.length ?? 0) >= MAX_ATTRIBUTES) {
			throw new UnreadableResponse(
				`A tag of the page has more than ${MAX_ATTRIBUTES} attributes, which Optimize Response does not read`,
				AS_IT_IS,
			);
		}
		createAttr(firstCharacter);
	};
}
