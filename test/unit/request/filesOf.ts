import type { ItemFile } from '../../../nodes/ConcurrentHttpRequest/request/ItemFile.ts';

/** Gets the binaries of an item. */
export function filesOf(files: Record<string, ItemFile> = {}): (field: unknown) => ItemFile {
	return (field) => {
		const file = files[String(field)];
		if (!file) throw new Error(`The item has no binary field '${String(field)}'`);
		return file;
	};
}
