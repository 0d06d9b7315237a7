/** The parts of a package-lock.json (version 3) that are used here. */
export interface PackageLock {
	packages: Record<string, LockedPackage>;
}

interface LockedPackage {
	version?: string;
	os?: string[];
	cpu?: string[];
}

export interface Machine {
	os: string;
	cpu: string;
}

const thisMachine: Machine = { os: process.platform, cpu: process.arch };

/** Folders, such as `node_modules/n8n`, of the packages that npm installs on this machine. */
export function packageFolders(lock: PackageLock, machine: Machine = thisMachine): string[] {
	return Object.entries(lock.packages)
		.filter(([folder, { os, cpu }]) => folder && fits(os, machine.os) && fits(cpu, machine.cpu))
		.map(([folder]) => folder);
}

/** A list of names, or of names not to be, the latter with a `!` before them. */
function fits(allowed: string[] | undefined, actual: string): boolean {
	if (!allowed?.length || allowed.includes(actual)) return true;
	return allowed.every((name) => name.startsWith('!') && name !== `!${actual}`);
}
