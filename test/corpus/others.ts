/** Other implementations, asked about a case of the corpus at its time where they can be told one. */

import type { PartName } from '../provision/table.ts'
import { partPath } from '../support/parts.ts'
import { dearmored, fingerprintsIn, inTemporary, run } from '../support/tools/index.ts'
import { saidGood, withGpgHome, writeFiles } from '../support/tools/index.ts'
import type { Ran } from '../support/tools/index.ts'
import { octetsOf } from './cases.ts'
import type { CorpusCase } from './cases.ts'
import { askOpenpgpjs } from './openpgpjs.ts'

/**
 * `partly`: refused as a whole, though one signature was called good. `no answer`: ended by the
 * deadline or by a signal.
 */
export type Answer = 'accepted' | 'refused' | 'partly' | 'no answer'

export interface Other {
  readonly name: string
  /** What has to be installed; none for a package of npm's. */
  readonly part?: PartName
  readonly kinds: readonly CorpusCase['kind'][]
  /** Whether it judges at the case's time; at the machine's otherwise. */
  readonly timed: boolean
  readonly ask: (given: CorpusCase) => Promise<Answer>
}

/** Milliseconds that one call may take. */
const timeout = 20_000

function secondsOf({ time }: CorpusCase): number {
  return Math.floor(new Date(time).getTime() / 1000)
}

/** Accepted: exit 0, and a signature that is named as good. */
function answerOf(ran: Ran, named: boolean): Answer {
  if (ran.status === -1) return 'no answer'
  if (!named) return 'refused'
  return ran.status === 0 ? 'accepted' : 'partly'
}

/** The case's files in a directory: certificates in their order, then what is to be verified. */
async function filesOf(directory: string, given: CorpusCase) {
  const named = Object.fromEntries(given.certs.map((each, at) => [`cert-${at}`, octetsOf(each)]))
  return {
    certs: Object.values(await writeFiles(directory, named)),
    ...(await writeFiles(directory, {
      data: octetsOf(given.data),
      signature: octetsOf(given.signature),
      message: octetsOf(given.message),
    })),
  }
}

function askGpg(given: CorpusCase): Promise<Answer> {
  return withGpgHome(async ({ directory, gpg }) => {
    const { certs, data, signature, message } = await filesOf(directory, given)
    // With the exclamation mark its clock stands still.
    const clock = `--faked-system-time=${secondsOf(given)}!`
    // One that cannot be imported is one that the signature is not checked with.
    for (const each of certs) await gpg([clock, '--import', each], { timeout })
    const subject = given.kind === 'detached' ? [signature, data] : [message]
    const args = [clock, '--status-fd=1', '--trust-model=always', '--verify', ...subject]
    const ran = await gpg(args, { timeout })
    return answerOf(ran, saidGood({ ...ran, status: 0 }))
  })
}

function askRnp(given: CorpusCase): Promise<Answer> {
  return inTemporary(async (directory) => {
    const { certs, data, signature, message } = await filesOf(directory, given)
    let keyfile = certs[0] ?? ''
    if (certs.length > 1) {
      const keys = Buffer.concat(given.certs.map((each) => dearmored(octetsOf(each))))
      keyfile = (await writeFiles(directory, { keys })).keys
    }
    const clock = ['--current-time', String(secondsOf(given))]
    const common = ['--notty', '--homedir', directory, '--keyfile', keyfile, ...clock]
    const subject = given.kind === 'detached' ? [signature, '--source', data] : [message]
    const args = [...common, '--verify', ...subject]
    const ran = await run(partPath('rnp'), args, { env: { HOME: directory }, timeout })
    return answerOf(ran, /^good signature/im.test(ran.output))
  })
}

function askSop(name: 'sqop' | 'gosop'): Other['ask'] {
  return (given) =>
    inTemporary(async (directory) => {
      const { certs, signature } = await filesOf(directory, given)
      const detached = given.kind === 'detached'
      const args = detached ? ['verify', signature, ...certs] : ['inline-verify', ...certs]
      const input = octetsOf(detached ? given.data : given.message)
      const ran = await run(partPath(name), args, { input, timeout })
      // What is on the standard output of inline-verify is the plaintext.
      const named = detached && fingerprintsIn(ran.stdout.toString()).length > 0
      return answerOf(ran, named || (!detached && ran.status === 0))
    })
}

function askSqv(given: CorpusCase): Promise<Answer> {
  return inTemporary(async (directory) => {
    const { certs, data, signature } = await filesOf(directory, given)
    const keyrings = certs.flatMap((each) => ['--keyring', each])
    const ran = await run(partPath('sqv'), [...keyrings, signature, data], { timeout })
    return answerOf(ran, ran.status === 0)
  })
}

const both = ['detached', 'inline'] as const

export const others: readonly Other[] = [
  { name: 'GnuPG', part: 'gpg', kinds: both, timed: true, ask: askGpg },
  { name: 'sqop', part: 'sqop', kinds: both, timed: false, ask: askSop('sqop') },
  { name: 'sqv', part: 'sqv', kinds: ['detached'], timed: false, ask: askSqv },
  { name: 'gosop', part: 'gosop', kinds: ['detached'], timed: false, ask: askSop('gosop') },
  { name: 'RNP', part: 'rnp', kinds: both, timed: true, ask: askRnp },
  {
    name: 'OpenPGP.js',
    kinds: both,
    timed: true,
    ask: (given) => askOpenpgpjs(given, timeout),
  },
]
