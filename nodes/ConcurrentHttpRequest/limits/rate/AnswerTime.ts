/**
 * How long answers take, and nearly all of them stay within: a running mean, and above it four
 * times the running deviation (V. Jacobson, "Congestion Avoidance and Control", SIGCOMM 1988; with
 * the gains of RFC 6298, section 2).
 */
export class AnswerTime {
	private mean: number | undefined;
	private deviation = 0;

	/** Milliseconds, `undefined` before the first answer. */
	get bound(): number | undefined {
		return this.mean === undefined ? undefined : this.mean + 4 * this.deviation;
	}

	/** @param latency milliseconds */
	add(latency: number): void {
		if (this.mean === undefined) {
			this.mean = latency;
			this.deviation = latency / 2;
			return;
		}
		this.deviation += (Math.abs(latency - this.mean) - this.deviation) / 4;
		this.mean += (latency - this.mean) / 8;
	}
}
