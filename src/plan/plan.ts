/** The plan of a project's releases: which keys sign them, since when, and where they are published. */

/** The name of the file, looked for in the working directory. */
export const planName = 'longhand.json'

/** The only version so far. */
export const planVersion = 1

export const planHashes = ['SHA-256', 'SHA-384', 'SHA-512'] as const

/**
 * `incoming` signs beside the active key, so that clients get to know it; `active` signs; `outgoing`
 * still signs beside the active one; `retired` signs no more.
 */
export const keyStates = ['incoming', 'active', 'outgoing', 'retired'] as const

export type KeyState = (typeof keyStates)[number]

/** Why a key is retired: its time was over, it was never needed, or it is not ours alone any more. */
export const retirements = ['superseded', 'withdrawn', 'lost', 'compromised'] as const

export type Retirement = (typeof retirements)[number]

/** When a key came into a state: RFC 3339, in UTC and whole seconds. */
export type KeyDates = { readonly [State in KeyState]?: string }

/** A key that signs releases, has signed them or is to. */
export interface PlanKey {
  /** The certificate's file, relative to the plan, with `/` between its parts. */
  readonly certificate: string
  /** Of the certificate: the file has to hold this one. */
  readonly fingerprint: string
  /** The URI of the key that signs data. */
  readonly signer: string
  /** Fingerprint of the key that signs data, where the certificate has several that may. */
  readonly component?: string
  /** The URI of the certificate's primary key, where another key than that signs data. */
  readonly primary?: string
  /** What the service itself called the key when its certificate was minted. */
  readonly service?: string
  readonly state: KeyState
  readonly dates: KeyDates
  /** Of a retired key. */
  readonly reason?: Retirement
}

export interface Plan {
  readonly $schema?: string
  readonly longhand: typeof planVersion
  /** The name of what is released. */
  readonly product?: string
  /** The file of digests that a release is signed by. */
  readonly manifest?: string
  readonly hash?: (typeof planHashes)[number]
  readonly wkd?: {
    readonly domain: string
    /** The address whose certificates clients look up. */
    readonly address: string
    /** The directory that is published, relative to the plan. */
    readonly tree?: string
  }
  /** The key that is kept off line, embedded in clients, and endorses successors. */
  readonly authority?: { readonly certificate: string; readonly fingerprint: string }
  readonly rotation?: {
    /** How long a published directory may take to reach everybody: `1d` by default. */
    readonly lag?: string
    /** How long clients get to learn of a new key before the old one goes: `90d` by default. */
    readonly wait?: string
  }
  /** In any order; at most one of each state but `retired`. */
  readonly keys: readonly PlanKey[]
}

/** The keys that sign a release now: the older one first, for readers that look at one signature. */
export function signingKeysOf({ keys }: Plan): PlanKey[] {
  const order: readonly KeyState[] = ['outgoing', 'active', 'incoming']
  return order.flatMap((state) => keys.filter((key) => key.state === state))
}
