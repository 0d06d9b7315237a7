/** The part that the chart uses. @types/node has the types of its objects only. */
declare namespace WebAssembly {
	/** https://webassembly.github.io/spec/js-api/#dom-webassembly-compile */
	function compile(bytes: Uint8Array): Promise<Module>;
}
