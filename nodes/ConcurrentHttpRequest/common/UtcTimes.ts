/**
 * Writes times as ISO 8601 does, in UTC: `2026-11-30T12:00:00.000Z`. `Date` takes longer for that than
 * the rest of a request's details, and most of the text is the same for a second.
 */
export class UtcTimes {
	private second = NaN;
	private upToSecond = '';

	/** @param time milliseconds since 1970, a whole number */
	text(time: number): string {
		const second = Math.floor(time / 1000);
		if (second !== this.second) {
			this.second = second;
			this.upToSecond = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
		}
		return `${this.upToSecond}${String(time - second * 1000).padStart(3, '0')}Z`;
	}
}
