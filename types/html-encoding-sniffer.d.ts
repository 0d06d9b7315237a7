/** The package has no types of its own, and those of DefinitelyTyped are for version 3. */
declare module 'html-encoding-sniffer' {
	/**
	 * The WHATWG name of the encoding that a document is in: by its byte order mark, the label of its
	 * transport, or what it declares itself.
	 */
	export default function sniff<Default extends string | null>(
		bytes: Uint8Array,
		options: {
			/** Read an XML declaration, rather than `<meta>`. */
			xml?: boolean;
			transportLayerEncodingLabel?: string | undefined;
			/** Where nothing says. */
			defaultEncoding: Default;
		},
	): string | Default;
}
