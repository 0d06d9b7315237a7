/** How long an answer's JSON is: 1,000 or 100,000 characters, give or take the digits of its id. */
export type AnswerSize = '1k' | '100k';

/** What stands behind the id; made once, because a benchmark's server has no time to lose. */
const tails: Record<AnswerSize, Buffer> = { '1k': tailOf(1_000), '100k': tailOf(100_000) };

/** An answer's JSON, from its id to its end. */
export function answerTail(size: AnswerSize): Buffer {
	return tails[size];
}

/** An answer's JSON as a whole. */
export function answerText(size: AnswerSize, id: number): string {
	return `{"id":${id}${answerTail(size).toString('latin1')}`;
}

function tailOf(length: number): Buffer {
	const record = {
		name: 'Example Customer',
		email: 'customer@example.com',
		active: true,
		address: { street: 'Main Street 1', city: 'Amsterdam', country: 'NL' },
		tags: ['first', 'second', 'third'],
		balance: 1234.56,
		note: '',
	};
	const shortest = JSON.stringify(record).length + '"id":12345,'.length;
	record.note = 'All is well with this customer. '.repeat(length / 32).slice(0, length - shortest);
	return Buffer.from(`,${JSON.stringify(record).slice(1)}`, 'latin1');
}
