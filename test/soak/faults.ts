/** A thousand files through a proxy of faults before AWS KMS: `longhand sign`, then its `--resume`. */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launcher } from '../support/cli/program.ts'
import {
  createKey,
  region,
  rootCredentials,
  startMicroburst,
  startMinistack,
} from '../support/services/index.ts'
import type { Microburst, Ministack } from '../support/services/index.ts'
import { inTemporary, run, sqv } from '../support/tools/index.ts'
import type { Ran } from '../support/tools/index.ts'

/** Files when `scale` is 1. */
const full = 1000

/** Both give the same octets for the same draft, so that a run in quiet tells what is right. */
const specs = ['RSA_3072', 'ECC_NIST_EDWARDS25519'] as const

const call = { service: 'kms', operation: 'Sign' }

/** The first that hits a call is followed: 20 % throttling, and of the rest one in six or so. */
const faults = [
  { ...call, error: { code: 'ThrottlingException', status: 400 }, probability: 0.2 },
  { ...call, error: { code: 'KMSInternalException', status: 500 }, probability: 0.05 },
  { ...call, reset: true, probability: 0.05 },
  { ...call, response: { corrupt_bytes: 1 }, probability: 0.05 },
  { ...call, latency: 2000, probability: 0.05 },
]

interface Bench {
  readonly kms: Ministack
  readonly proxy: Microburst
  readonly folder: string
  readonly names: readonly string[]
}

/** The lines that say what failed. */
export async function soakFaults(scale: number): Promise<string[]> {
  const names = Array.from({ length: Math.ceil(full * scale) }, (_, index) => `file-${index}`)
  const kms = await startMinistack()
  const proxy = await startMicroburst(kms)
  try {
    return await inTemporary(async (folder) => {
      for (const name of names) writeFileSync(join(folder, name), `what is in ${name}\n`)
      const failures: string[] = []
      for (const spec of specs) {
        failures.push(...(await soakSpec(spec, { kms, proxy, folder, names })))
      }
      return failures
    })
  } finally {
    await Promise.all([proxy.stop(), kms.stop()])
  }
}

async function soakSpec(spec: (typeof specs)[number], bench: Bench): Promise<string[]> {
  const { kms, proxy, folder, names } = bench
  const failures: string[] = []
  const { keyId } = await createKey(kms.client, { KeySpec: spec })
  const longhand = (host: string, ...args: readonly string[]): Promise<Ran> => {
    const key = `awskms://${host}/${keyId}?region=${region}`
    const env = { ...rootCredentials, HOME: folder, LONGHAND_KEY: key, LONGHAND_CERT: spec }
    const options = { cwd: folder, env, timeout: 3_600_000 }
    return run(process.execPath, [launcher(), ...args], options)
  }
  const created = ['--created', new Date().toISOString().replace(/\.\d+Z/, 'Z')]
  const user = ['--name=Soak', '--email=soak@longhand.example', '-o', spec]
  const minted = await longhand(kms.host, 'keys', 'mint', ...user, ...created)
  if (minted.status !== 0) throw new Error(minted.output)

  const sign = ['sign', ...created, '--concurrency', '32', '--binary']
  const signature = (name: string): string => join(folder, `${name}.sig`)
  await proxy.setRules([])
  const quiet = await longhand(kms.host, ...sign, ...names)
  if (quiet.status !== 0) throw new Error(quiet.output)
  const right = new Map(names.map((name) => [name, readFileSync(signature(name))]))
  for (const name of names) rmSync(signature(name))

  /** How many are there; each has to be the one of the quiet run. */
  const count = (when: string): number => {
    const there = names.filter((name) => existsSync(signature(name)))
    for (const name of there) {
      const octets = readFileSync(signature(name))
      if (right.get(name)?.equals(octets) !== true)
        failures.push(`${spec}: ${name}: ${when}: wrong`)
    }
    return there.length
  }
  await proxy.setRules(faults)
  const began = Date.now()
  const first = await longhand(proxy.host, ...sign, ...names)
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  const fired = await proxy.fired()
  const present = count('after the first run')
  await proxy.setRules(faults)
  let resumed = 0
  let ran = first
  while (ran.status !== 0 && resumed < 5) {
    resumed += 1
    ran = await longhand(proxy.host, ...sign, '--resume', ...names)
  }
  const complete = count('after --resume')
  console.log(
    `faults: ${spec}: ${fired} faults in ${seconds} s; ${present} of ${names.length} files signed ` +
      `by the first run (status ${first.status}), ${complete} after ${resumed} with --resume`,
  )
  if (fired < names.length / 5) failures.push(`${spec}: only ${fired} faults were made`)
  if (present < 0.99 * names.length) failures.push(`${spec}: ${present} after the first run`)
  if (complete !== names.length) failures.push(`${spec}: ${complete} after --resume: ${ran.output}`)
  failures.push(...(await judge(spec, bench)))
  for (const name of names) rmSync(signature(name), { force: true })
  return failures
}

/** The quiet run is no judge of its own: sqv looks at some. */
async function judge(spec: string, { folder, names }: Bench): Promise<string[]> {
  const file = (name: string): Buffer => readFileSync(join(folder, name))
  const failures: string[] = []
  for (const name of names.slice(0, 20)) {
    const made = { certificate: file(spec), signature: file(`${name}.sig`), data: file(name) }
    const { accepted, output } = await sqv.verifyDetached(made)
    if (!accepted) failures.push(`${spec}: ${name}: sqv: ${output}`)
  }
  return failures
}
