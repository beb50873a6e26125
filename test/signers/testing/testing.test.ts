/** A right signer passes the kit, and every planted fault fails the check whose business it is. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript'
import { describe, expect, test } from 'vitest'
import { OpenPGPError } from '../../../src/errors.ts'
import type { DigestName } from '../../../src/signature/hasher.ts'
import type { RemoteSigner } from '../../../src/signature/signer.ts'
import { requireDigest } from '../../../src/signers/digest.ts'
import { assertSigner, checkSigner, signerChecks } from '../../../src/signers/testing.ts'
import type { SignerReport, SignerTestOptions } from '../../../src/signers/testing.ts'
import { rejection } from '../../support/code-of.ts'
import { hungSigner, soundSigner, testKeyTypes } from '../../support/sound-signers.ts'
import { writeDer } from './der.ts'

type Sign = RemoteSigner['sign']

const secret = 'hunter2-token'
const few = { signatures: 20, concurrency: 8, secrets: [secret], promptMs: 400, timeoutMs: 2_000 }

const sound = soundSigner('P-256')
const another = soundSigner('P-256', 'another key')
const soundRsa = soundSigner('RSA-2048')

/** Runs the kit against a sound signer of which some of these are replaced. */
function check(
  changed: Partial<RemoteSigner>,
  options: Partial<SignerTestOptions> = {},
  from = sound,
): Promise<SignerReport> {
  const signer = { ...from, ...changed }
  return checkSigner({ open: () => Promise.resolve(signer), ...few, ...options })
}

/** The signer that docs/signers.md shows, as it stands there, of the engine that is built. */
async function documentedSigner(): Promise<(call: Sign, n: Uint8Array) => RemoteSigner> {
  const page = readFileSync(new URL('../../../docs/signers.md', import.meta.url), 'utf8')
  const [code = ''] =
    /(?<=```ts\n)[^`]*export function mySigner\([^]*?(?=```)/.exec(
      page.slice(page.indexOf('## Your own')),
    ) ?? []
  const built = new URL('../../../dist/index.js', import.meta.url).href
  const { outputText } = transpileModule(code.replaceAll(`'longhand'`, `'${built}'`), {
    compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 },
  })
  const url = `data:text/javascript,${encodeURIComponent(outputText)}`
  const { mySigner } = (await import(/* @vite-ignore */ url)) as {
    readonly mySigner: (call: Sign, n: Uint8Array) => RemoteSigner
  }
  return mySigner
}

test('the signer that docs/signers.md shows passes the kit', async () => {
  const key = await soundRsa.publicKey()
  if (key.kind !== 'rsa') throw new Error('no RSA key')
  const mySigner = await documentedSigner()
  const signer = mySigner((digest) => soundRsa.sign(digest), key.n)
  const report = await checkSigner({ open: () => Promise.resolve(signer), ...few })
  expect(report.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([])
})

function namesOf({ checks }: SignerReport, outcome: string): string[] {
  return checks.filter((one) => one.outcome === outcome).map(({ name }) => name)
}

function reasonOf({ checks }: SignerReport, name: string): string | undefined {
  return checks.find((one) => one.name === name)?.reason
}

const held = (): string[] => process.getActiveResourcesInfo()

describe('a right signer passes every check', () => {
  const hashes: Record<string, readonly DigestName[]> = {
    'P-384': ['SHA-384', 'SHA-512'],
    'P-521': ['SHA-512'],
  }
  test.each(testKeyTypes)('%s', async (type) => {
    const signer = soundSigner(type)
    const failing = {
      denied: () =>
        Promise.resolve({
          ...signer,
          sign: () => Promise.reject(new OpenPGPError('signer-denied', 'no rights')),
        }),
    }
    const hung = (): Promise<RemoteSigner> => Promise.resolve(hungSigner(signer))
    const report = await check({}, { hung, failing, held }, signer)
    expect(namesOf(report, 'passed')).toEqual(Object.keys(signerChecks))
    expect(report.keyType).toBe(type)
    expect(report.hashes).toEqual(hashes[type] ?? ['SHA-256', 'SHA-384', 'SHA-512'])
  })

  test('so does one that says no to a hash that it need not sign', async () => {
    const sign: Sign = async (digest, options) => {
      if (digest.algorithm === 'SHA-256') return sound.sign(digest, options)
      throw new OpenPGPError('usage', 'signs SHA-256 only')
    }
    const report = await check({ sign }, { hashes: ['SHA-256'] })
    expect(namesOf(report, 'failed')).toEqual([])
    expect(report.hashes).toEqual(['SHA-256'])
    expect(namesOf(await check({ sign }), 'failed')).toEqual(['hashes'])
  })

  test('and without what to try it with, that check is skipped', async () => {
    expect(namesOf(await check({}), 'skipped')).toEqual(['failures'])
  })
})

/** Its name, what is changed, the one check that fails, and a part of the reason. */
interface Planted {
  readonly fault: string
  readonly signer: () => Partial<RemoteSigner>
  readonly fails: keyof typeof signerChecks
  readonly reason: RegExp
  readonly from?: RemoteSigner
  readonly options?: Partial<SignerTestOptions>
}

const answers =
  (change: (value: Uint8Array, call: number) => unknown, from = sound): (() => { sign: Sign }) =>
  () => {
    let call = 0
    return {
      sign: async (digest, options) =>
        change(await from.sign(digest, options), ++call) as Uint8Array,
    }
  }

const flip = (value: Uint8Array): Uint8Array => value.with(40, (value[40] ?? 0) ^ 4)

const planted: readonly Planted[] = [
  {
    fault: 'wrong hash: SHA-256 whatever was asked',
    signer: () => ({
      sign: async (digest, options) => {
        requireDigest(digest, 'it')
        if (digest.algorithm !== 'SHA-512') return soundRsa.sign(digest, options)
        return soundRsa.sign({ algorithm: 'SHA-256', octets: digest.octets.slice(0, 32) }, options)
      },
    }),
    from: soundRsa,
    fails: 'hashes',
    reason: /^SHA-512: the answer is no signature/,
  },
  {
    fault: 'hashes the digest again',
    signer: () => ({
      sign: async (digest, options) => {
        requireDigest(digest, 'it')
        const octets = new Uint8Array(createHash(digest.algorithm).update(digest.octets).digest())
        return sound.sign({ ...digest, octets }, options)
      },
    }),
    fails: 'hashes',
    reason: /^SHA-256: the answer is no signature/,
  },
  { fault: 'a flipped bit', signer: answers(flip), fails: 'hashes', reason: /no signature/ },
  {
    fault: 'a flipped bit, now and then',
    signer: answers((value, call) => (call % 15 === 0 ? flip(value) : value)),
    fails: 'signatures',
    reason: /^signature \d+ of 20: .*no signature/,
  },
  {
    fault: 'a stale key: another one signs',
    signer: () => ({ sign: (digest, options) => another.sign(digest, options) }),
    fails: 'hashes',
    reason: /no signature by the public key/,
  },
  {
    fault: 'a key that is another one the next time',
    signer: () => {
      let calls = 0
      return { publicKey: () => (calls++ === 0 ? sound : another).publicKey() }
    },
    fails: 'key-stability',
    reason: /another key/,
  },
  {
    fault: 'a key that turns into another one while it signs',
    signer: () => {
      let calls = 0
      return {
        publicKey: () => (calls < 10 ? sound : another).publicKey(),
        sign: (digest, options) => {
          calls++
          return sound.sign(digest, options)
        },
      }
    },
    fails: 'key-stability',
    reason: /another key/,
  },
  {
    fault: 'DER for r || s',
    signer: answers((value) => writeDer(value)),
    fails: 'answer-form',
    reason: /the answer is DER/,
  },
  {
    fault: 'a short answer',
    signer: answers((value) => value.subarray(1)),
    fails: 'answer-form',
    reason: /63 octets where a signature has 64/,
  },
  {
    fault: 'an answer without its leading zeros',
    signer: answers((value) => value.subarray(value.findIndex((octet) => octet !== 0)), soundRsa),
    from: soundRsa,
    options: { signatures: 4000 },
    fails: 'answer-form',
    reason: /SHA-\d+: the signer answered 25\d octets/,
  },
  {
    fault: 'text for octets',
    signer: answers((value) => Buffer.from(value).toString('base64')),
    fails: 'answer-form',
    reason: /no Uint8Array/,
  },
  {
    fault: 'one hash that is refused',
    signer: () => ({
      sign: async (digest, options) => {
        if (digest.algorithm !== 'SHA-384') return sound.sign(digest, options)
        throw new OpenPGPError('usage', 'no SHA-384 here')
      },
    }),
    fails: 'hashes',
    reason: /^SHA-384: usage: no SHA-384 here$/,
  },
  {
    fault: 'no answer to some',
    signer: () => {
      let call = 0
      return {
        sign: (digest, options) =>
          ++call === 15 ? new Promise(() => undefined) : sound.sign(digest, options),
      }
    },
    options: { timeoutMs: 300 },
    fails: 'signatures',
    reason: /no answer within 0.3 s/,
  },
  {
    fault: 'answers mixed up when several are under way',
    signer: () => {
      const waiting: Uint8Array[] = []
      let open = 0
      return {
        sign: async (digest, options) => {
          open++
          waiting.push(await sound.sign(digest, options))
          if (open > 1) await new Promise((resolve) => setTimeout(resolve, 1))
          open--
          return waiting.pop() ?? new Uint8Array()
        },
      }
    },
    fails: 'concurrency',
    reason: /^\d+ of 16 signatures, 8 at once: .*no signature/,
  },
  {
    fault: 'busy when several are under way',
    signer: () => {
      let open = 0
      return {
        sign: async (digest, options) => {
          if (open > 3) throw new OpenPGPError('signer-unavailable', 'busy')
          open++
          return sound.sign(digest, options).finally(() => open--)
        },
      }
    },
    fails: 'concurrency',
    reason: /signer-unavailable: busy/,
  },
  {
    fault: 'the same octets for every answer',
    signer: () => {
      const shared = new Uint8Array(64)
      return {
        sign: async (digest, options) => {
          shared.set(await sound.sign(digest, options))
          return shared
        },
      }
    },
    fails: 'own-answers',
    reason: /written over/,
  },
  {
    fault: 'answers out of a cache that the caller can write into',
    signer: () => {
      const cache = new Map<string, Uint8Array>()
      return {
        sign: async (digest, options) => {
          const name = Buffer.from(digest.octets).toString('hex')
          const answer = cache.get(name) ?? (await sound.sign(digest, options))
          if (options?.signal?.aborted === true) return sound.sign(digest, options)
          cache.set(name, answer)
          return answer
        },
      }
    },
    fails: 'own-answers',
    reason: /overwritten/,
  },
  {
    fault: 'the digest wiped after use',
    signer: () => ({
      sign: async (digest, options) => {
        const value = await sound.sign(digest, options)
        digest.octets.fill(0)
        return value
      },
    }),
    fails: 'digest-untouched',
    reason: /another one after the call/,
  },
  {
    fault: 'signs what has another length',
    signer: () => ({
      sign: ({ algorithm, octets }, options) => {
        const lengths = { 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 }
        const padded = new Uint8Array(Object.hasOwn(lengths, algorithm) ? lengths[algorithm] : 0)
        padded.set(octets.subarray(0, padded.length))
        return sound.sign({ algorithm, octets: padded }, options)
      },
    }),
    fails: 'wrong-length',
    reason: /^a SHA-256 digest of 0 octets was signed$/,
  },
  {
    fault: 'leaves it to the service to refuse a length',
    signer: () => ({
      sign: async (digest, options) => {
        try {
          return await sound.sign(digest, options)
        } catch (cause) {
          if (digest.algorithm !== 'SHA-256' || options?.signal !== undefined) throw cause
          throw new OpenPGPError('signer-unavailable', 'the service answered 500')
        }
      },
    }),
    fails: 'wrong-length',
    reason: /refused with signer-unavailable: the service answered 500/,
  },
  {
    fault: 'signs whatever the hash is called',
    signer: () => ({
      sign: (digest, options) => {
        const known = /^SHA-(?:256|384|512)$/.test(digest.algorithm)
        const octets = known ? digest.octets : new Uint8Array(32)
        return sound.sign(known ? digest : { algorithm: 'SHA-256', octets }, options)
      },
    }),
    fails: 'unknown-algorithm',
    reason: /the hash SHA-1 was signed/,
  },
  {
    fault: 'a signal that is aborted already is not seen',
    signer: () => ({
      sign: (digest, options = {}) => {
        const aborted = options.signal?.aborted === true
        return sound.sign(digest, aborted ? {} : options)
      },
    }),
    fails: 'aborted-before',
    reason: /signed all the same/,
  },
  {
    fault: 'an abort shows as an error of the platform',
    signer: () => ({
      sign: async (digest, options) => {
        if (options?.signal?.aborted === true) throw new DOMException('over', 'AbortError')
        return sound.sign(digest, options)
      },
    }),
    fails: 'aborted-before',
    reason: /AbortError: over/,
  },
  {
    fault: 'a call under way ignores its signal',
    signer: () => ({}),
    options: {
      hung: () => Promise.resolve({ ...sound, sign: () => new Promise(() => undefined) }),
    },
    fails: 'aborted-in-call',
    reason: /did not end within 0.4 s/,
  },
  {
    fault: 'an abort breaks the connection for all that follow',
    signer: () => {
      let broken = false
      return {
        sign: async (digest, options) => {
          if (broken) throw new OpenPGPError('signer-unavailable', 'the connection is closed')
          const { signal } = options ?? {}
          signal?.addEventListener('abort', () => (broken = true))
          return sound.sign(digest, options)
        },
      }
    },
    options: { failing: {} },
    fails: 'aborted-in-call',
    reason: /signer-unavailable: the connection is closed/,
  },
  {
    fault: 'a secret in the message of an error',
    signer: () => ({
      sign: async (digest, options) => {
        if (digest.octets.length >= 32) return sound.sign(digest, options)
        throw new OpenPGPError('usage', `token ${secret}: not that length`)
      },
    }),
    fails: 'no-secret',
    reason: /^a secret stands in the (?:message|stack) of an error$/,
  },
  {
    fault: 'a secret in the headers of a cause of a cause',
    signer: () => ({
      sign: async (digest, options) => {
        if (digest.octets.length >= 32) return sound.sign(digest, options)
        const inner = Object.assign(new Error('400'), {
          request: { headers: [['authorization', `Bearer ${secret}`]] },
        })
        const cause = new Error('the call failed', { cause: inner })
        throw new OpenPGPError('usage', 'not that length', { cause })
      },
    }),
    fails: 'no-secret',
    reason: /^a secret stands in the cause of an error$/,
  },
  {
    fault: 'a secret in the id',
    signer: () => ({ id: `https://${secret}@host/key` }),
    fails: 'no-secret',
    reason: /^a secret stands in the id$/,
  },
  {
    fault: 'a second close() that fails',
    signer: () => {
      let closed = false
      const close = (): Promise<void> => {
        if (closed) return Promise.reject(new Error('closed already'))
        closed = true
        return Promise.resolve()
      }
      return { close }
    },
    fails: 'close',
    reason: /^the second close\(\): Error: closed already$/,
  },
  {
    fault: 'a close() that does not end',
    signer: () => ({ close: () => new Promise(() => undefined) }),
    fails: 'close',
    reason: /^the first close\(\) does not end$/,
  },
  {
    fault: 'a failure that is no OpenPGPError',
    signer: () => ({}),
    options: {
      failing: { denied: () => Promise.reject(new TypeError('undefined is no function')) },
    },
    fails: 'failures',
    reason: /^denied: it rejected with TypeError/,
  },
  {
    fault: 'a failure that signs',
    signer: () => ({}),
    options: { failing: { 'no key': () => Promise.resolve(soundRsa) } },
    fails: 'failures',
    reason: /^no key: it signed$/,
  },
  {
    fault: 'an id of two lines',
    signer: () => ({ id: 'release\nkey' }),
    fails: 'open',
    reason: /one line/,
  },
]

describe('a planted fault fails its check by name, and no other', () => {
  test.each(planted)('$fault: $fails', async ({ signer, fails, reason, from, options }) => {
    const report = await check(signer(), options, from)
    expect(namesOf(report, 'failed')).toEqual([fails])
    expect(reasonOf(report, fails)).toMatch(reason)
    expect(JSON.stringify(report)).not.toContain(secret)
  })

  test('a signer that ignores signals altogether fails both checks of them', async () => {
    const deaf: Sign = (digest) => sound.sign(digest)
    const hung = (): Promise<RemoteSigner> =>
      Promise.resolve({ ...sound, sign: () => new Promise(() => undefined) })
    const report = await check({ sign: deaf }, { hung })
    expect(namesOf(report, 'failed')).toEqual(['aborted-before', 'aborted-in-call'])
  })

  test('a timer that is left behind holds the process', async () => {
    const timers: NodeJS.Timeout[] = []
    const close = (): Promise<void> => {
      timers.push(setInterval(() => undefined, 1000))
      return Promise.resolve()
    }
    const report = await check({ close }, { held })
    for (const timer of timers) clearInterval(timer)
    expect(namesOf(report, 'failed')).toEqual(['close'])
    expect(reasonOf(report, 'close')).toBe('after close() the process is held by: Timeout')
  })
})

describe('a signer that gives nothing to try', () => {
  test('because it does not open', async () => {
    const open = (): Promise<never> =>
      Promise.reject(new OpenPGPError('key-missing', `no key for ${secret}`))
    const report = await checkSigner({ open, ...few })
    expect(namesOf(report, 'failed')).toEqual(['open'])
    expect(namesOf(report, 'passed')).toEqual([])
    expect(report.checks).toHaveLength(Object.keys(signerChecks).length)
    expect(reasonOf(report, 'open')).toBe('(a secret)')
  })

  const { n, e } = { n: new Uint8Array(256).fill(1), e: Uint8Array.of(1, 0, 1) }
  test.each([
    ['a PEM', '-----BEGIN PUBLIC KEY-----'],
    ['undefined', undefined],
    ['leading zeros', { kind: 'rsa', n: Uint8Array.of(0, ...n), e }],
    ['a compressed point', { kind: 'ecdsa', curve: 'P-256', point: n.subarray(0, 33).fill(2) }],
    ['another curve', { kind: 'ecdsa', curve: 'secp256k1', point: n.subarray(0, 65).fill(4) }],
    ['a short point', { kind: 'ed25519', point: n.subarray(0, 31) }],
  ])('because its public key is %s', async (_, key) => {
    const report = await check({ publicKey: () => Promise.resolve(key as never) })
    expect(namesOf(report, 'failed')).toEqual(['public-key'])
    expect(reasonOf(report, 'hashes')).toBe('public-key did not pass')
    expect(report.keyType).toBeUndefined()
  })
})

describe('assertSigner', () => {
  test('gives the report of a right signer', async () => {
    const report = await assertSigner({ open: () => Promise.resolve(sound), ...few })
    expect(namesOf(report, 'failed')).toEqual([])
  })

  test('throws one error that names all that failed', async () => {
    const faulty = {
      ...sound,
      sign: answers(flip)().sign,
      id: secret,
      close: () => Promise.reject(new Error('no')),
    }
    const error = await rejection(assertSigner({ open: () => Promise.resolve(faulty), ...few }))
    expect(error.code).toBe('signer-answer')
    expect(error.message).toMatch(/^\(a secret\) fails: hashes \(.*\); no-secret \(.*\); close \(/)
  })
})

test.each([{ signatures: 0 }, { concurrency: 1.5 }, { timeoutMs: -1 }, { secrets: [''] }])(
  '%j is refused',
  async (options) => {
    expect((await rejection(check({}, options))).code).toBe('usage')
  },
)
