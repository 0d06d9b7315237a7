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
 * Hands out plain objects where n8n decrypts rows of its database. Expressions in them are
 * resolved for the item that asks, as n8n does.
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
		_raw?: boolean,
		at?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const values = this.values[type];
		if (!values) throw new Error(`The test gave no credentials of type "${type}"`);
		if (!at) return values;
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

	async updateCredentialsOauthTokenData(): Promise<void> {}
}
