/**
 * The node's versions. They are those of HTTP Request: with its parameters and its version numbers,
 * changing `type` in a workflow's JSON is enough to move a node here, and back.
 */
export const versions = [4, 4.1, 4.2, 4.3, 4.4, 4.5];
