/** Something for which at least one request waits at this moment. */
export interface CurrentWait {
	/** To be read after "waiting for": `the limit of 100 requests a minute`. */
	readonly label: string;
	/** `https://api.example.com` where only requests to it wait. */
	readonly origin?: string;
	/** The clock's milliseconds; `Infinity` where nobody knows. */
	readonly until: number;
}
