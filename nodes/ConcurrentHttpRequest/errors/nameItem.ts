import { describeNumber } from '../common/describeNumber';

/** An item among those of a run. */
export interface ItemPosition {
	/** From 0. */
	readonly index: number;
	/** Items of the run. */
	readonly count: number;
}

const ENDINGS: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };

/** Building one costs more than describing a failure. */
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });

/**
 * Names an item behind a message, as n8n does: ` [item 2, the 3rd of 100]`. n8n's editor counts items
 * from 0. It adds `[item 2]` to the message of an error that does not contain `item 2`.
 *
 * @param item `undefined` where the run failed as a whole
 * @returns an empty text for that, and for the only item
 */
export function nameItem(item: ItemPosition | undefined): string {
	if (!item || item.count === 1) return '';
	const { index, count } = item;
	const ordinal = index + 1;
	const nth = describeNumber(ordinal) + (ENDINGS[ordinals.select(ordinal)] ?? 'th');
	return ` [item ${index}, the ${nth} of ${describeNumber(count)}]`;
}
