/** Starts a real server on a free loopback port, waits until it answers, stops it by its process. */

import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Service {
  /** `127.0.0.1:PORT`. */
  readonly host: string
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  /** What the server has printed so far, for the message of a failed assertion. */
  output(): string
  stop(): Promise<void>
}

export interface Program {
  readonly name: string
  readonly path: string
  readonly args?: (port: number) => readonly string[]
  /** Replaces the environment, but for PATH and HOME, which is a directory of its own. */
  readonly env: (port: number, directory: string) => Readonly<Record<string, string>>
  /** Called with the directory before the start, to put files there. */
  readonly prepare?: (directory: string) => Promise<void>
  /** It speaks TLS: that it takes connections is taken for an answer. */
  readonly tls?: boolean
}

const readyWithinMs = 30_000

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export async function startService(program: Program): Promise<Service> {
  const directory = await mkdtemp(join(tmpdir(), 'lh-service-'))
  await program.prepare?.(directory)
  const port = await freePort()
  const child = spawn(program.path, program.args?.(port) ?? [], {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: directory, ...program.env(port, directory) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  let ended: string | undefined
  const exit = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      ended = error.message
      resolve()
    })
    child.on('exit', (status, signal) => {
      ended = `ended with ${status ?? signal}`
      resolve()
    })
  })
  const killNow = (): void => void child.kill('SIGKILL')
  process.once('exit', killNow)

  async function stop(): Promise<void> {
    if (ended === undefined) child.kill('SIGTERM')
    const patience = setTimeout(killNow, 3000)
    await exit
    clearTimeout(patience)
    process.removeListener('exit', killNow)
    await rm(directory, { recursive: true, force: true })
  }

  const url = `http://127.0.0.1:${port}`
  const until = Date.now() + readyWithinMs
  const isReady = program.tls === true ? () => connects(port) : () => answers(url)
  while (!(await isReady())) {
    if (ended !== undefined || Date.now() > until) {
      const why = ended ?? `does not answer after ${readyWithinMs} ms`
      await stop()
      throw new Error(`${program.name} ${why}:\n${output}`)
    }
    await sleep(50)
  }
  return { host: `127.0.0.1:${port}`, url, output: () => output, stop }
}

/** Whether something speaks HTTP there, whatever it says. */
async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(1000) })).arrayBuffer()
    return true
  } catch {
    return false
  }
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
