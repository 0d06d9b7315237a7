import { join } from 'node:path';

export const projectFolder = join(import.meta.dirname, '..');

/** The bundled package, as `npm pack` takes it. */
export const distFolder = join(projectFolder, 'dist');

/** Workflows to import. */
export const examplesFolder = join(projectFolder, 'examples');

/** package.json and lock file that pin the n8n to run. */
export const runtimePinFolder = join(projectFolder, 'n8n-runtime');

/** package.json and lock file that pin the npm registry of the tests. */
export const registryPinFolder = join(projectFolder, 'registry-runtime');

/** Everything that the scripts install or write; ignored by git. */
export const localFolder = join(projectFolder, '.n8n');
export const logFolder = join(localFolder, 'logs');
