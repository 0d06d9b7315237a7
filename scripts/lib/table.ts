/** Rows of equal length as lines of aligned columns, the first row set off as the heading. */
export function formatTable(rows: readonly (readonly string[])[]): string {
	const widths = (rows[0] ?? []).map((_, column) =>
		Math.max(...rows.map((row) => row[column]?.length ?? 0)),
	);
	const line = (row: readonly string[]) =>
		row
			// Words to the left, figures to the right.
			.map((cell, column) =>
				column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
			)
			.join('   ')
			.trimEnd();
	const [heading, ...rest] = rows.map(line);
	const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 3, -3));
	return [heading, rule, ...rest].join('\n');
}

/** Rows of equal length as a Markdown table, the first row its heading: words first, then figures. */
export function markdownTable([heading = [], ...rows]: ReadonlyArray<readonly string[]>): string {
	const alignment = heading.map((_, column) => (column === 0 ? '---' : '--:'));
	return [heading, alignment, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
