/** State for each origin (`https://api.example.com`), created at its first use. */
export class PerOrigin<T> {
	private readonly states = new Map<string, T>();
	private readonly make: (origin: string) => T;

	/** @param make creates the state of an origin */
	constructor(make: (origin: string) => T) {
		this.make = make;
	}

	/** The state, created if the origin is new. */
	of(origin: string): T {
		let state = this.states.get(origin);
		if (state === undefined) this.states.set(origin, (state = this.make(origin)));
		return state;
	}

	/** The state, if there is one. */
	find(origin: string): T | undefined {
		return this.states.get(origin);
	}

	/** In the order in which the origins were first used. */
	entries(): IterableIterator<[string, T]> {
		return this.states.entries();
	}
}
