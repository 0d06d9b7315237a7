/** Hands jest a file as its text, as esbuild's loader of that name does in the build. */
module.exports = {
	process: (text) => ({ code: `module.exports = ${JSON.stringify(text)};` }),
};
