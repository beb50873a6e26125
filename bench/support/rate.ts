/** How often something can be done in a second. */

/** Does it over and over, `lanes` at a time, for about `milliseconds`; the rate per second. */
export async function rateOf(
  work: () => unknown,
  { lanes = 1, milliseconds = 400 }: { lanes?: number; milliseconds?: number } = {},
): Promise<number> {
  const began = performance.now()
  let done = 0
  const lane = async (): Promise<void> => {
    while (performance.now() - began < milliseconds) {
      await work()
      done += 1
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return (1000 * done) / (performance.now() - began)
}
