import type { IBinaryKeyData, IDataObject, INode, INodeParameters } from 'n8n-workflow';

/** A difference from HTTP Request that is meant to be. */
export interface Difference {
	/** The words in bold under which docs/differences.md lists it. */
	listed: string;
	/** What HTTP Request does. */
	because: string;
}

/** A use of HTTP Request: the node as people have it, and the items it gets. */
export interface MovedWorkflow {
	/** What it is about, beside its version. */
	name: string;
	/** Versions to run it in; only the newest unless told. */
	versions?: number[];
	/** One empty item unless told. */
	items?: IDataObject[];
	/** What each of the items has beside its fields. */
	binary?: IBinaryKeyData;
	/**
	 * `ORIGIN` and `OTHER` stand for the origins of two servers, `LOGIN` for the first one's with a
	 * user and a password, `SECURE` for one with a certificate that nobody trusts, and `HTTP2` for one
	 * that offers HTTP/2 as well.
	 */
	parameters: INodeParameters;
	/** Name of a credential in `movedCredentials`. */
	credential?: string;
	onError?: INode['onError'];
	/** Fields that a node behind this one makes of its output; `Items` is the node before it. */
	after?: Record<string, string>;
	/** Where HTTP Request is not followed; the outcomes have to differ then. */
	differs?: Difference;
	/** Counters of the first server that belong to the outcome. */
	counts?: Array<'connections' | 'mostInFlight'>;
	/** What of the parameters does not survive a save in the editor of this node. */
	lost?: string;
}

/** A use that has to be refused, and what the node says then. */
export interface RefusedUse extends MovedWorkflow {
	refusal: RegExp;
}
