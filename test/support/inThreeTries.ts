/** What came out short of what it should be; a machine with other work to do may be why. */
class TooLittle extends Error {}

/**
 * A figure that other programs on the same machine can only make worse, never better.
 *
 * @throws TooLittle, after which {@link inThreeTries} tries again
 */
export function expectAtLeast(figure: number, least: number): void {
	if (!(figure >= least)) throw new TooLittle(`Reached ${figure}, wanted ${least} at least`);
}

/**
 * A test that is run again, twice at most, where it came too short of an {@link expectAtLeast}.
 * Every other expectation has to hold in each try: a limit that is exceeded once fails the test.
 *
 * @param cleanUp what ends a try before the next one
 */
export function inThreeTries(
	test: () => Promise<void>,
	cleanUp = async (): Promise<void> => {},
): () => Promise<void> {
	return async () => {
		for (let triesLeft = 2; ; triesLeft--) {
			try {
				return await test();
			} catch (error) {
				if (!(error instanceof TooLittle) || triesLeft === 0) throw error;
				console.warn(`${error.message}. Trying again.`);
				await cleanUp();
			}
		}
	};
}
