/** Files that are bundled as their bytes (scripts/build/bundle.ts). */
declare module '*.woff2' {
	const bytes: Uint8Array<ArrayBuffer>;
	export default bytes;
}
