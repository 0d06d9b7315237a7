import { Distribution } from './Distribution';
import type { EndOfRequest } from './TimeSeries';

/** Rows at most, each with a distribution. Hosts beyond them share the last row. */
const MOST_ROWS = 50;

export const OTHER_HOSTS = 'other hosts';

/** What one server did. */
class HostRow {
	/** With the port, unless it is the scheme's default. */
	readonly host: string;
	requests = 0;
	refused = 0;
	failed = 0;
	readonly latency = new Distribution();

	constructor(host: string) {
		this.host = host;
	}
}

/** What each server did, in constant memory. */
export class HostTable {
	private readonly rows = new Map<string, HostRow>();
	private readonly rowOfOrigin = new Map<string, HostRow>();
	private readonly others = new HostRow(OTHER_HOSTS);

	/** @param origin `https://api.example.com` */
	requestEnded(origin: string, { latency, isRefused, hasFailed }: EndOfRequest): void {
		const row = this.rowOfOrigin.get(origin) ?? this.addRow(origin);
		row.requests++;
		if (isRefused) row.refused++;
		if (hasFailed) row.failed++;
		row.latency.record(latency);
	}

	/** The most frequent first; hosts without a row of their own last. */
	list(): HostRow[] {
		const rows = [...this.rows.values()].sort((a, b) => b.requests - a.requests);
		return this.others.requests > 0 ? [...rows, this.others] : rows;
	}

	private addRow(origin: string): HostRow {
		const host = origin.slice(origin.indexOf('//') + 2);
		let row = this.rows.get(host);
		if (!row) {
			if (this.rows.size === MOST_ROWS) return this.others;
			this.rows.set(host, (row = new HostRow(host)));
		}
		this.rowOfOrigin.set(origin, row);
		return row;
	}
}
