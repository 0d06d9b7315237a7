import {
	FailureBudget,
	SkippedItem,
} from '../../../nodes/ConcurrentHttpRequest/client/FailureBudget.ts';

const end = (budget: FailureBudget, ...failures: boolean[]) => {
	for (const each of failures) budget.itemEnded(each);
};

it('is spent by one more than may fail', () => {
	const budget = new FailureBudget({ maxFailures: 2, maxShare: undefined, minimumItems: 1 });
	end(budget, true, false, true, false);
	expect(budget.spent.aborted).toBe(false);
	end(budget, true);
	expect(budget.spent.aborted).toBe(true);
	expect(budget.spent.reason).toBeInstanceOf(SkippedItem);
	expect(String(budget.spent.reason)).toBe(
		'SkippedItem: Not tried: the run stopped after 3 of 5 items had failed',
	);
});

it('may be none at all', () => {
	const budget = new FailureBudget({ maxFailures: 0, maxShare: undefined, minimumItems: 1 });
	end(budget, true);
	expect(budget.spent.aborted).toBe(true);
});

it('counts a share only after enough items', () => {
	const budget = new FailureBudget({ maxFailures: undefined, maxShare: 0.5, minimumItems: 10 });
	end(budget, ...Array<boolean>(9).fill(true));
	expect(budget.spent.aborted).toBe(false);
	end(budget, true);
	expect(budget.spent.aborted).toBe(true);
});

it('allows exactly the share', () => {
	const budget = new FailureBudget({ maxFailures: undefined, maxShare: 0.5, minimumItems: 4 });
	end(budget, false, false, true, true);
	expect(budget.spent.aborted).toBe(false);
	end(budget, true);
	expect(budget.spent.aborted).toBe(true);
});

it('keeps its reason', () => {
	const budget = new FailureBudget({ maxFailures: 0, maxShare: undefined, minimumItems: 1 });
	end(budget, true);
	const reason: unknown = budget.spent.reason;
	end(budget, true, true);
	expect(budget.spent.reason).toBe(reason);
});
