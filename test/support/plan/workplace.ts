/** A working directory with a plan and keys that are the same in every run. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { runMain } from '../cli/in-process.ts'
import type { MainRun } from '../cli/in-process.ts'
import { planText } from './plans.ts'

/** When the first key came in. */
export const firstDay = new Date('2026-01-01T00:00:00Z')

export const daysLater = (days: number): Date => new Date(firstDay.getTime() + days * 86_400_000)

/** An Ed25519 key as PKCS#8 PEM, RFC 8410 §7, from one octet. */
export function smallPem(seed: number): string {
  const der = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.alloc(32, seed),
  ])
  const label = 'PRIVATE KEY'
  return `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`
}

export const emptyPlan = {
  longhand: 1,
  product: 'acme-cli',
  wkd: { domain: 'acme.example', address: 'release@acme.example', tree: 'public' },
  keys: [],
}

/** `keys/a.pem` to `keys/d.pem`, `authority.pem` with its certificate, and a plan without a key. */
export async function setOut(plan: object = emptyPlan): Promise<void> {
  mkdirSync('keys')
  for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
    writeFileSync(`keys/${name}.pem`, smallPem(index + 1), { mode: 0o600 })
  }
  writeFileSync('authority.pem', smallPem(9), { mode: 0o600 })
  writeFileSync('longhand.json', planText(plan))
  const identity = ['--name=Acme Authority', '--email=release@acme.example']
  const mint = ['keys', 'mint', '--key=authority.pem', ...identity, '--rotation-authority']
  const minted = await runMain([...mint, '-o', 'keys/authority.asc'], { now: firstDay })
  if (minted.status !== 0) throw new Error(minted.transcript)
}

/** Runs `longhand rotate …` so many days after the first one. */
export async function rotate(words: string, days = 0): Promise<MainRun> {
  return runMain(['rotate', ...words.split(' ')], { now: daysLater(days) })
}

/** The first key, and without further words the second one beside it. */
export async function startFirst(): Promise<void> {
  const argv = ['rotate', 'start', '--key=keys/a.pem', '--cert=keys/a.asc', '--name=Acme Releases']
  const { status, transcript } = await runMain(argv, { now: firstDay })
  if (status !== 0) throw new Error(transcript)
}

export const second = '--key keys/b.pem --cert keys/b.asc'
export const authority = '--authority authority.pem --authority-cert keys/authority.asc'
