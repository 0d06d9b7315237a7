import { isObject } from './fields';
import { InvalidParameter } from './InvalidParameter';

type IsMeant = (code: string) => boolean;

/** No URL has double braces, and what is the same for each page is no pagination. */
const always: IsMeant = () => true;

/**
 * A variable of n8n stands in it. Other braces may be a template of another system (Handlebars,
 * Jinja, Go), which a body, a header or a query may well contain.
 */
const ofN8n: IsMeant = (code) => N8N_VARIABLE.test(code);

const N8N_VARIABLE =
	/\$(?:\(|(?:json|binary|input|node|items?|data|now|today|vars|env|secrets|workflow|execution|prevNode|runIndex|itemIndex|parameter|jmespath|fromAI|ifEmpty|if|min|max|pageCount|request|response)\b)/;

/** The fields that make a request, by name: their labels, and what in them is meant as an expression. */
const FIELDS: ReadonlyArray<readonly [name: string, label: string, isMeant: IsMeant]> = [
	['url', 'URL', always],
	['queryParameters.parameters', 'Query Parameters', ofN8n],
	['jsonQuery', 'JSON (Query Parameters)', ofN8n],
	['headerParameters.parameters', 'Headers', ofN8n],
	['jsonHeaders', 'JSON (Headers)', ofN8n],
	['bodyParameters.parameters', 'Body', ofN8n],
	['jsonBody', 'JSON Body', ofN8n],
	['body', 'Body', ofN8n],
	['rawContentType', 'Content Type', ofN8n],
	['inputDataFieldName', 'Input Data Field Name', ofN8n],
	['options.pagination.pagination.nextURL', 'Next URL', always],
	['options.pagination.pagination.parameters.parameters', 'Pagination', always],
	['options.pagination.pagination.completeExpression', 'Complete If', always],
];

/**
 * Refuses an expression that n8n does not evaluate, because its field is set to Fixed: the braces
 * would be sent as text. What an expression gives is never looked at.
 *
 * @param raw gives a parameter as it stands in the workflow, where an expression begins with `=`
 * @throws {InvalidParameter} for the first one
 */
export function assertNoFixedExpressions(raw: (name: string) => unknown): void {
	for (const [name, label, isMeant] of FIELDS) {
		const value = raw(name);
		if (!Array.isArray(value)) refuse(value, label, isMeant);
		else {
			for (const row of value.filter(isObject)) {
				const rowLabel = typeof row.name === 'string' ? `${label} > ${row.name}` : label;
				for (const field of ['name', 'value', 'inputDataFieldName']) {
					refuse(row[field], field === 'name' ? label : rowLabel, isMeant);
				}
			}
		}
	}
}

function refuse(value: unknown, label: string, isMeant: IsMeant): void {
	if (typeof value !== 'string' || value.startsWith('=') || !bracesIn(value).some(isMeant)) return;
	throw new InvalidParameter(
		label,
		'is set to Fixed, so the {{ … }} in it would be sent as text',
		'Switch it to Expression: point at the field, and choose Expression above it. To send the braces themselves, switch it to Expression as well, and there write {{ "{{" }} for {{.',
	);
}

/** What stands in each pair of double braces. */
function bracesIn(text: string): string[] {
	const codes: string[] = [];
	for (let open = text.indexOf('{{'); open !== -1;) {
		const close = text.indexOf('}}', open + 2);
		if (close === -1) break;
		codes.push(text.slice(open + 2, close));
		open = text.indexOf('{{', close + 2);
	}
	return codes;
}
