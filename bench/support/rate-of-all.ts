/** A number of things done once each, so many at a time. */

/** Does `work` for 0 to `count - 1`, `lanes` at a time; how many a second. */
export async function rateOfAll(
  count: number,
  lanes: number,
  work: (index: number) => Promise<unknown>,
): Promise<number> {
  const began = performance.now()
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return (1000 * count) / (performance.now() - began)
}
