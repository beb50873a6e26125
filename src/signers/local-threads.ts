/** Threads that sign with a local RSA key: node:crypto has no call that takes a digest and does not wait. */

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { KeyObject } from 'node:crypto'
import { OpenPGPError } from '../errors.ts'
import { createPool } from './pool.ts'
import type { Member, Pool } from './pool.ts'

export interface ThreadOptions {
  /** Names the key in errors. */
  readonly id: string
  /** At most so many; by default as many as there are CPUs, at most 4. */
  readonly workers?: number | undefined
}

/** A pool whose jobs are blocks to be padded and raised to the private exponent. */
export function openThreads(
  key: KeyObject,
  { id, workers }: ThreadOptions,
): Pool<Uint8Array, Uint8Array> {
  const size = workers ?? Math.min(availableParallelism(), 4)
  return createPool(id, size, () => Promise.resolve(startThread(key, id)))
}

/** What a thread runs: a constant, so that it is the same in a bundle as in a module. */
const threadSource = `
const { parentPort, workerData: key } = require('node:worker_threads')
const { constants, privateEncrypt } = require('node:crypto')
parentPort.on('message', (block) => {
  parentPort.postMessage(privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, block))
})`

/** A thread with the key. It holds the process only while it works. */
function startThread(key: KeyObject, id: string): Member<Uint8Array, Uint8Array> {
  const thread = new Worker(threadSource, { eval: true, workerData: key, execArgv: [], env: {} })
  thread.unref()
  let dead = false
  // The thread answers in the order in which it was asked.
  const asked: { done(value: Uint8Array): void; failed(cause?: unknown): void }[] = []
  const fail = (cause?: unknown): void => asked.splice(0).forEach((one) => one.failed(cause))
  thread.on('message', (value: Uint8Array) => asked.shift()?.done(new Uint8Array(value)))
  thread.on('error', fail)
  thread.on('exit', () => {
    dead = true
    fail()
  })
  const run = (block: Uint8Array): Promise<Uint8Array> =>
    new Promise<Uint8Array>((done, reject) => {
      const failed = (cause?: unknown): void =>
        reject(new OpenPGPError('signer-unavailable', `${id}: a signing thread died`, { cause }))
      if (dead) {
        failed()
        return
      }
      asked.push({ done, failed })
      thread.ref()
      thread.postMessage(block)
    }).finally(() => asked.length === 0 && thread.unref())
  const stop = async (): Promise<void> => {
    await thread.terminate()
  }
  // With a second one waiting, no thread is idle while this one is busy.
  return { run, stop, jobs: 2 }
}
