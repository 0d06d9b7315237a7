/** A Lua script, bundled as its text (scripts/build/bundle.ts, jest.config.mjs). */
declare module '*.lua' {
	const text: string;
	export default text;
}
