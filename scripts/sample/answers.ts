/**
 * What the sample API has to say about a customer. All of it follows from the id alone, so that
 * every run of a demo gets the same answers after the same times.
 */
export interface SampleAnswer {
	status: number;
	/** Time until the answer, in milliseconds. */
	delayMs: number;
	body: Record<string, unknown>;
}

/** One answer in 97 is slow. */
const SLOW_EVERY = 97;
const SLOW_MS = 300;

/** Of each thousand customers, these cannot be had. */
const failures = new Map([
	[250, { status: 503, message: 'The service is being restarted, try again later' }],
	[500, { status: 500, message: 'Something went wrong on our side' }],
	[750, { status: 404, message: 'No such customer' }],
]);

const cities = ['Amsterdam', 'Berlin', 'Copenhagen', 'Dublin', 'Edinburgh'];

export function sampleAnswer(id: number): SampleAnswer {
	if (!Number.isInteger(id) || id < 1) {
		return { status: 400, delayMs: 0, body: { message: 'id must be a whole number from 1' } };
	}
	const delayMs = id % SLOW_EVERY === 0 ? SLOW_MS : 20 + (scatter(id) % 41);
	const failure = failures.get(id % 1000);
	if (failure) {
		const { status, message } = failure;
		return { status, delayMs, body: { status, message } };
	}
	const body = {
		id,
		name: `Customer ${id}`,
		city: cities[id % cities.length],
		orders: 1 + (scatter(id) % 9),
		revenue: 10 * (1 + (scatter(id + 1) % 500)),
	};
	return { status: 200, delayMs, body };
}

/** A number that looks random and is always the same for the same id. */
function scatter(id: number): number {
	return Math.imul(id, 2654435761) >>> 16;
}
