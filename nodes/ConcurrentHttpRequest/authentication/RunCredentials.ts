import { isDeepStrictEqual } from 'node:util';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsHelper,
	IExecuteFunctions,
	INodeProperties,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

/** Tokens that n8n keeps beside the fields; they change while a workflow runs. */
const TOKEN_FIELD = 'oauthTokenData';

/** Has `getDecrypted` leave expressions as they are. */
const AS_ENTERED = true;

/**
 * The credentials of one run. Each time it is asked, n8n reads a credential from its database,
 * decrypts it and resolves its expressions. A credential without expressions is the same for every
 * item, so it is read once.
 *
 * What n8n gives to nodes does not show whether it has any. n8n's own helper for credentials also
 * gives the fields as they were entered. Where that helper is missing, or anything is not as
 * expected, the credential is read for every item.
 */
export class RunCredentials {
	private readonly context: IExecuteFunctions;
	/** By type; `undefined` for those that may differ between items. */
	private readonly constants = new Map<
		string,
		Promise<ICredentialDataDecryptedObject | undefined>
	>();

	constructor(context: IExecuteFunctions) {
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
			// Each item gets n8n's error by itself.
			return undefined;
		}
	}

	private async asEntered(type: string): Promise<ICredentialDataDecryptedObject | undefined> {
		const { context } = this;
		// It is not part of the interface for nodes.
		const { additionalData } = context as { additionalData?: IWorkflowExecuteAdditionalData };
		const helper: ICredentialsHelper | undefined = additionalData?.credentialsHelper;
		const details = context.getNode().credentials?.[type];
		if (!additionalData || typeof helper?.getDecrypted !== 'function' || !details) return undefined;
		return await helper.getDecrypted(
			additionalData,
			details,
			type,
			context.getMode(),
			context.getExecuteData(),
			AS_ENTERED,
		);
	}
}

/**
 * Whether every field is as entered, and none is an expression. A field that nobody entered must
 * have its default: an administrator's value in its place may come from an expression.
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

/** n8n marks an expression by a leading `=`, also in the texts within a field of JSON. */
function mayHoldExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=') || value.includes('"=');
	if (typeof value !== 'object' || value === null) return false;
	return Object.values(value).some(mayHoldExpression);
}
