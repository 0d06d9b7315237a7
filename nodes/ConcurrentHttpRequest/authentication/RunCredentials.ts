import { isDeepStrictEqual } from 'node:util';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsHelper,
	IExecuteFunctions,
	INodeProperties,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

/** What of n8n's context credentials need. */
export type CredentialContext = Pick<
	IExecuteFunctions,
	'getCredentials' | 'getCredentialsProperties' | 'getNode' | 'getMode' | 'getExecuteData'
>;

/** The part of n8n's execution context that is not in the interface for nodes. */
interface WithAdditionalData {
	readonly additionalData?: IWorkflowExecuteAdditionalData;
}

/** Tokens that n8n keeps beside the fields; they change while a workflow runs. */
const TOKEN_FIELD = 'oauthTokenData';

/**
 * The credentials of one run. n8n reads a credential from its database, decrypts it, and resolves
 * its expressions, each time that it is asked. A credential without expressions is the same for
 * every item, so it is read once.
 *
 * Whether it has any cannot be seen from what n8n hands out to nodes. n8n's own helper for
 * credentials also hands out the fields as they were entered; where it is not there, or anything
 * is not as expected, the credential is read for every item.
 */
export class RunCredentials {
	private readonly context: CredentialContext;
	private readonly constants = new Map<
		string,
		Promise<ICredentialDataDecryptedObject | undefined>
	>();

	constructor(context: CredentialContext) {
		this.context = context;
	}

	/**
	 * The decrypted data of the credential that the node has for a type, as it is for an item. The
	 * same object for all items where it holds no expression.
	 *
	 * @throws n8n's error where the credential is missing or must not be used
	 */
	async read(type: string, itemIndex: number): Promise<ICredentialDataDecryptedObject> {
		let constant = this.constants.get(type);
		if (!constant) {
			constant = this.constant(type);
			this.constants.set(type, constant);
		}
		return (await constant) ?? (await this.context.getCredentials(type, itemIndex));
	}

	/** The credential, if it holds for every item. */
	private async constant(type: string): Promise<ICredentialDataDecryptedObject | undefined> {
		try {
			const resolved = await this.context.getCredentials(type, 0);
			const entered = await this.asEntered(type);
			const properties = this.context.getCredentialsProperties(type);
			return entered && isAsEntered(resolved, entered, properties) ? resolved : undefined;
		} catch {
			// Each item gets n8n's error for itself.
			return undefined;
		}
	}

	private async asEntered(type: string): Promise<ICredentialDataDecryptedObject | undefined> {
		const { additionalData } = this.context as WithAdditionalData;
		const helper: ICredentialsHelper | undefined = additionalData?.credentialsHelper;
		const details = this.context.getNode().credentials?.[type];
		if (!additionalData || typeof helper?.getDecrypted !== 'function' || !details) return undefined;
		const raw = true;
		return await helper.getDecrypted(
			...([additionalData, details, type, this.context.getMode()] as const),
			this.context.getExecuteData(),
			raw,
		);
	}
}

/**
 * Whether every field is what was entered, and none is an expression. A field that nobody entered
 * has to be its default: an administrator's value in place of it may come of an expression.
 */
function isAsEntered(
	resolved: ICredentialDataDecryptedObject,
	entered: ICredentialDataDecryptedObject,
	properties: INodeProperties[],
): boolean {
	const isDefault = (name: string, value: unknown) =>
		properties.some((property) => property.name === name && property.default === value);
	return Object.entries(resolved).every(([name, value]) => {
		if (name === TOKEN_FIELD) return true;
		if (mayHoldExpression(entered[name])) return false;
		return (
			isDeepStrictEqual(value, entered[name]) || (!(name in entered) && isDefault(name, value))
		);
	});
}

/**
 * n8n marks an expression by a leading `=`. In a field of JSON text it also looks at the texts
 * within.
 */
function mayHoldExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=') || value.includes('"=');
	if (typeof value !== 'object' || value === null) return false;
	return Object.values(value).some(mayHoldExpression);
}
