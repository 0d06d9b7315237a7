import { describeNumber } from '../../common/describeNumber';

/** A single request costs more than a rate limit ever allows, so waiting would not help it. */
export class CostTooHigh extends Error {
	override readonly name = 'CostTooHigh';

	/** @param label the limit: "the limit of 90,000 tokens a minute" */
	constructor(cost: number, label: string) {
		super(
			`This request costs ${describeNumber(cost)}, which is more than ${label} ever allows. Make the request smaller, or set a higher limit.`,
		);
	}
}
