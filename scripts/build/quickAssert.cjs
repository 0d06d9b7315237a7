/*
 * Stands for node:assert within the bundles. undici checks its own invariants some thirty times for
 * each request; Node's function collects its arguments into a list each time, which is 5 % of the
 * time of a run against a server that answers at once (docs/performance.md). The checks stay.
 */
const assert = require('assert');

module.exports = Object.assign((value, message) => {
	if (!value) assert(value, message);
}, assert);
