/**
 * The document that Readability is tested with where there is no browser. The package publishes no
 * types for it.
 */
declare module '@mozilla/readability/JSDOMParser.js' {
	export interface ReadabilityText {
		textContent: string;
	}

	export interface ReadabilityElement {
		readonly textContent: string;
		readonly innerHTML: string;
		getAttribute(name: string): string | null;
		setAttribute(name: string, value: string): void;
		appendChild(child: ReadabilityElement | ReadabilityText): void;
	}

	export interface ReadabilityDocument {
		title: string;
		readonly documentElement: ReadabilityElement;
		readonly head: ReadabilityElement;
		readonly body: ReadabilityElement;
		createElement(tagName: string): ReadabilityElement;
		createTextNode(text: string): ReadabilityText;
	}

	export default class JSDOMParser {
		/** @param xml well-formed */
		parse(xml: string): ReadabilityDocument;
	}
}
