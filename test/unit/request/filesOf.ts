import type {
	ItemFile,
	ItemFiles,
} from '../../../nodes/ConcurrentHttpRequest/request/ItemFiles.ts';

/** The binaries of an item. */
export function filesOf(files: Record<string, ItemFile> = {}): ItemFiles {
	return {
		get(field) {
			const file = files[String(field)];
			if (!file) throw new Error(`The item has no binary field '${String(field)}'`);
			return file;
		},
	};
}
