import { Credentials } from 'n8n-core';
import { ICredentialsHelper } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsExpressionResolveValues,
	IExecuteData,
	IHttpRequestOptions,
	INodeCredentialsDetails,
	INodeProperties,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';

/** Decrypted credentials by credential type: what a user fills in, one of a type. */
export type CredentialValues = Record<string, ICredentialDataDecryptedObject>;

/**
 * Hands out plain objects where n8n decrypts rows of its database: a copy each time, with
 * expressions resolved for the item that asks, or raw, as n8n does. Tokens that n8n renews are
 * stored in the objects that the test gave, as n8n stores them in its database.
 */
export class TestCredentials extends ICredentialsHelper {
	private readonly values: CredentialValues;

	constructor(values: CredentialValues) {
		super();
		this.values = values;
	}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		_details: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		at?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const stored = this.values[type];
		if (!stored) throw new Error(`The test gave no credentials of type "${type}"`);
		const values = structuredClone(stored);
		if (raw === true || !at) return values;
		const resolved: unknown = at.workflow.expression.getParameterValue(
			...([values as never, at.runExecutionData, at.runIndex, at.itemIndex, at.node.name] as const),
			...([at.connectionInputData, mode, {}, executeData, false, values as never] as const),
		);
		return resolved as ICredentialDataDecryptedObject;
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	getParentTypes(): string[] {
		return [];
	}

	getCredentialsProperties(): INodeProperties[] {
		return [];
	}

	async getCredentials({ id, name }: INodeCredentialsDetails, type: string): Promise<Credentials> {
		return new Credentials({ id, name }, type);
	}

	async authenticate(): Promise<IHttpRequestOptions> {
		throw new Error("This node sends through its own transport, not through n8n's helpers");
	}

	async preAuthentication(): Promise<undefined> {}

	async runPreAuthentication(): Promise<undefined> {}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(
		_details: INodeCredentialsDetails,
		type: string,
		{ oauthTokenData }: ICredentialDataDecryptedObject,
	): Promise<void> {
		const stored = this.values[type];
		if (stored && oauthTokenData) stored.oauthTokenData = structuredClone(oauthTokenData);
	}
}
