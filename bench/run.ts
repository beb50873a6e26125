/** Runs the benchmarks that are named, or all: `npm run bench -- start verify`. */

const benches = ['start', 'hash', 'sign', 'verify', 'parse', 'armor', 'size', 'throughput'] as const

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !benches.some((bench) => bench === name))
if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}: ${benches.join(', ')}`)

for (const name of benches) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const { bench } = (await import(`./${name}.ts`)) as { bench: () => Promise<void> }
  await bench()
}
