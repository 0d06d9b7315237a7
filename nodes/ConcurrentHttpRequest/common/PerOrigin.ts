/** State that is kept for each origin (`https://api.example.com`), made at its first use. */
export class PerOrigin<T> {
	private readonly states = new Map<string, T>();
	private readonly make: (origin: string) => T;

	/** @param make gives the state of an origin that nothing is known of */
	constructor(make: (origin: string) => T) {
		this.make = make;
	}

	/** The state, also of an origin that is new. */
	of(origin: string): T {
		let state = this.states.get(origin);
		if (state === undefined) this.states.set(origin, (state = this.make(origin)));
		return state;
	}

	/** The state, if there is one yet. */
	find(origin: string): T | undefined {
		return this.states.get(origin);
	}

	delete(origin: string): void {
		this.states.delete(origin);
	}

	/** In the order in which the origins were first used. */
	entries(): IterableIterator<[string, T]> {
		return this.states.entries();
	}
}
