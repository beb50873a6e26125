/** What was found of a signer: for each check whether it passed, failed or could not be made. */

/** Every check, in the order of the report, with what it asks of a signer. */
export const signerChecks = {
  open: 'opens, and has an id of one line',
  'public-key': 'gives a public key in the form of KeyMaterial',
  'key-stability': 'gives the same public key whenever it is asked',
  'answer-form': 'answers as many octets as the key prescribes, r || s and not DER',
  hashes: 'signs digests of every hash that the key can sign',
  'own-answers': 'gives each answer octets of its own',
  'digest-untouched': 'leaves the digest as it was',
  signatures: 'signs many digests, one after the other',
  concurrency: 'signs many digests at once',
  'wrong-length': 'refuses with `usage` a digest that is not as long as its hash makes them',
  'unknown-algorithm': 'refuses with `usage` or `unsupported` a digest of another hash',
  'aborted-before': 'does not sign for a signal that is aborted already',
  'aborted-in-call': 'ends a call soon after its signal is aborted, and signs the next digest',
  failures: 'rejects with an OpenPGPError of one line where it cannot sign',
  'no-secret': 'has no secret in its id or in an error',
  close: 'can be closed twice, ends what is under way, and lets the process end',
} as const

export type SignerCheckName = keyof typeof signerChecks

export interface SignerCheck {
  readonly name: SignerCheckName
  /** `skipped`: there was nothing to try it with, or a check that it builds on failed. */
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** One line; undefined when it passed. */
  readonly reason: string | undefined
}

/** A fault, and the check whose business it is. */
export interface Fault {
  readonly check: SignerCheckName
  readonly reason: string
}

export interface Findings {
  /** Keeps a fault; the first one of a check stays. */
  fail(fault: Fault): void
  /** Makes a check, unless one that it builds on has not passed. */
  run(
    name: SignerCheckName,
    after: readonly SignerCheckName[],
    check: () => Promise<Fault | undefined>,
  ): Promise<void>
  /** Says that a check was not made. */
  skip(name: SignerCheckName, reason: string): void
  /** Whether a check was made and held, so far. */
  passed(name: SignerCheckName): boolean
  list(): readonly SignerCheck[]
}

/** An empty list; `clean` makes a text fit to stand in a reason. */
export function createFindings(clean: (text: string) => string): Findings {
  const found = new Map<SignerCheckName, SignerCheck>()
  const names = Object.keys(signerChecks) as SignerCheckName[]
  const set = (name: SignerCheckName, outcome: SignerCheck['outcome'], reason?: string): void => {
    // What has failed has failed; what was skipped may still fail.
    if (found.get(name)?.outcome !== 'failed') found.set(name, { name, outcome, reason })
  }
  const passed = (name: SignerCheckName): boolean => found.get(name)?.outcome === 'passed'
  const fail = ({ check, reason }: Fault): void => set(check, 'failed', clean(reason))

  return {
    fail,
    passed,
    skip: (name, reason) => set(name, 'skipped', reason),
    list: () => {
      const first = names.find((name) => found.get(name)?.outcome === 'failed') ?? 'open'
      const unmade = { outcome: 'skipped', reason: `${first} did not pass` } as const
      return names.map((name) => found.get(name) ?? { name, ...unmade })
    },
    run: async (name, after, check) => {
      const missing = after.find((one) => !passed(one))
      if (missing !== undefined) {
        set(name, 'skipped', `${missing} did not pass`)
        return
      }
      const fault = await check()
      if (fault !== undefined) fail(fault)
      if (fault === undefined) set(name, 'passed')
      else if (fault.check !== name) set(name, 'skipped', `${fault.check} did not pass`)
    },
  }
}
