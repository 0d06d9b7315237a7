/** One request costs more than its budget ever allows. Waiting would not help it. */
export class CostTooHigh extends Error {
	override readonly name = 'CostTooHigh';
	readonly cost: number;
	readonly amount: number;

	/** @param label the budget: "the quota of 90,000 tokens a minute" */
	constructor(cost: number, amount: number, label: string) {
		super(
			`This request costs ${cost.toLocaleString('en-US')}, which is more than ${label} ever allows. Make the request smaller, or set a higher limit.`,
		);
		this.cost = cost;
		this.amount = amount;
	}
}
