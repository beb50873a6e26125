import { expect, test } from 'vitest'
import { openMemory } from '../../src/certificate/memory.ts'
import type { Question } from '../../src/certificate/memory.ts'
import { utf8 } from '../../src/octets.ts'
import { readSignature } from '../../src/packet/signature.ts'
import { readUserId } from '../../src/packet/user-id.ts'
import { checkedHash, revocationHash } from '../../src/signature/hasher.ts'
import { forgeKey, forgeSignature } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const { key } = alice
const other = forgeKey('mallory').key
const userId = readUserId(utf8('Alice'))
const over = { kind: 'key', primary: key } as const
const body = forgeSignature({ by: alice, type: 0x1f, over })
const signature = readSignature(body)
const question: Question = { key, signature, target: over, hashName: checkedHash }

/** A search that counts how often it is begun. */
function counting(answer: () => Promise<boolean>): { find: () => Promise<boolean>; begun: number } {
  const count = { begun: 0, find: () => ((count.begun += 1), answer()) }
  return count
}

test('an answer is found once, be it yes or no', async () => {
  for (const answer of [true, false]) {
    const memory = openMemory()
    const search = counting(() => Promise.resolve(answer))
    const both = [memory.recall(question, search.find), memory.recall(question, search.find)]
    expect(await Promise.all(both)).toEqual([answer, answer])
    expect(await memory.recall({ ...question, target: { ...over } }, search.find)).toBe(answer)
    expect(search.begun).toBe(1)
  }
})

test('a body that is read again is the same signature', async () => {
  const memory = openMemory()
  await memory.recall(question, () => Promise.resolve(true))
  const search = counting(() => Promise.resolve(false))
  const again = { ...question, signature: readSignature(body) }
  expect(await memory.recall(again, search.find)).toBe(true)
  expect(search.begun).toBe(0)
})

test.each<[string, Partial<Question>]>([
  ['another key', { key: other }],
  ['an equal record of the key', { key: { ...key } }],
  ['another kind of hash', { hashName: revocationHash }],
  ['a copy of the signature', { signature: readSignature(Uint8Array.from(body)) }],
  ['another primary key', { target: { kind: 'key', primary: other } }],
  ['the key as its own subkey', { target: { kind: 'subkey', primary: key, subkey: key } }],
  ['a User ID', { target: { kind: 'user-id', primary: key, userId } }],
])('%s is another question', async (_, change) => {
  const memory = openMemory()
  await memory.recall(question, () => Promise.resolve(true))
  expect(await memory.recall({ ...question, ...change }, () => Promise.resolve(false))).toBe(false)
  expect(await memory.recall(question, () => Promise.resolve(false))).toBe(true)
})

test('subkeys and User IDs are told apart by their records and their primary key’s', async () => {
  const memory = openMemory()
  const targets = [
    { kind: 'subkey', primary: key, subkey: key },
    { kind: 'subkey', primary: key, subkey: other },
    { kind: 'user-id', primary: key, userId },
    { kind: 'user-id', primary: key, userId: { ...userId } },
    { kind: 'user-id', primary: other, userId },
  ] as const
  const search = counting(() => Promise.resolve(true))
  for (const target of [...targets, ...targets]) {
    await memory.recall({ ...question, target }, search.find)
  }
  expect(search.begun).toBe(targets.length)
})

test('a failure is told and not remembered', async () => {
  const memory = openMemory()
  const failing = memory.recall(question, () => Promise.reject(new Error('no curves')))
  await expect(failing).rejects.toThrow('no curves')
  expect(await memory.recall(question, () => Promise.resolve(true))).toBe(true)
})
