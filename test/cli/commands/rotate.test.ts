import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Plan } from '../../../src/plan/plan.ts'
import type { RemoteSigner } from '../../../src/signature/signer.ts'
import { openLocalSigner } from '../../../src/signers/local.ts'
import type { SchemeTable } from '../../../src/signers/uri.ts'
import { runMain } from '../../support/cli/in-process.ts'
import { filesBelow, useWorkplace } from '../../support/cli/workplace.ts'
import {
  authority,
  daysLater,
  emptyPlan,
  rotate,
  second,
  setOut,
  smallPem,
  startFirst,
} from '../../support/plan/workplace.ts'
import { planText } from '../../support/plan/plans.ts'

useWorkplace()
beforeEach(() => setOut())

const said = async (words: string, days = 0): Promise<string> =>
  (await rotate(words, days)).transcript
const planNow = (): Plan => JSON.parse(readFileSync('longhand.json', 'utf8')) as Plan
const states = (): string[] => planNow().keys.map(({ state }) => state)
const snapshot = (): Record<string, string> =>
  Object.fromEntries(filesBelow().map((path) => [path, readFileSync(path, 'hex')]))

/** Runs a command that must change nothing. */
async function unchanged(words: string, days = 0): Promise<string> {
  const before = snapshot()
  const transcript = await said(words, days)
  expect(snapshot()).toEqual(before)
  return transcript
}

describe('a rotation', () => {
  test('from the first key to the second', async () => {
    expect(await said('status')).toMatchInlineSnapshot(`
      "no key signs yet
      [0]"
    `)
    expect(await said('start --key keys/a.pem --cert keys/a.asc --name Acme'))
      .toMatchInlineSnapshot(`
        "minted keys/a.asc around keys/a.pem
        997A441A68016E5086E3C8A2B23690D98226CD29 is active
        2> wrote: keys/a.asc
        2> wrote: public/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
        2> wrote: public/.well-known/openpgpkey/acme.example/policy
        2> wrote: public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
        2> wrote: public/.well-known/openpgpkey/policy
        2> wrote: longhand.json
        2> wrote: longhand-rotation.md
        [0]"
      `)
    expect(await said('status')).toMatchInlineSnapshot(`
      "one key signs; no rotation is under way
        active    997A441A68016E5086E3C8A2B23690D98226CD29  since 2026-01-01T00:00:00Z  keys/a.asc
      programs that embed keys/a.asc: accept it
      [0]"
    `)
    expect(await unchanged(`start ${second} --dry-run`, 100)).toMatchInlineSnapshot(`
      "would mint keys/b.asc around keys/b.pem
      would have the new key endorsed by 997A441A68016E5086E3C8A2B23690D98226CD29
      would make the new key incoming
      would publish 997A441A68016E5086E3C8A2B23690D98226CD29 and the new key for release@acme.example in public
      2> note: nothing was signed, and nothing written
      [0]"
    `)
    expect(await said(`start ${second}`, 100)).toMatchInlineSnapshot(`
      "minted keys/b.asc around keys/b.pem
      5B5C1F637C27E2642294813A63457B305CDE8AC5 is endorsed by 997A441A68016E5086E3C8A2B23690D98226CD29
      5B5C1F637C27E2642294813A63457B305CDE8AC5 is incoming
      2> wrote: keys/b.asc
      2> wrote: public/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: longhand.json
      2> wrote: longhand-rotation.md
      2> hint: what comes next is in longhand-rotation.md: longhand rotate switch, from 2026-04-12T00:00:00Z on
      [0]"
    `)
    expect(await said('status', 100.5)).toMatchInlineSnapshot(`
      "both the active and the incoming key sign
        active    997A441A68016E5086E3C8A2B23690D98226CD29  since 2026-01-01T00:00:00Z  keys/a.asc
        incoming  5B5C1F637C27E2642294813A63457B305CDE8AC5  since 2026-04-11T00:00:00Z  keys/b.asc
      next: longhand rotate switch, from 2026-04-12T00:00:00Z on
        now it would leave behind clients that embed only 5B5C1F637C27E2642294813A63457B305CDE8AC5: a directory may still be without it until 2026-04-12T00:00:00Z
        remedy: wait until then, or plan a shorter lag
      programs that embed only keys/a.asc: accept it, by the old key
      programs that embed keys/a.asc and keys/b.asc: accept it
      programs that embed only keys/b.asc: accept it, by the new key, once they see it published, by 2026-04-12T00:00:00Z
      [0]"
    `)
    expect(await unchanged('switch', 100.5)).toMatchInlineSnapshot(`
      "2> error: rotate switch would leave behind clients that embed only 5B5C1F637C27E2642294813A63457B305CDE8AC5: a directory may still be without it until 2026-04-12T00:00:00Z
      2> hint: wait until then, or plan a shorter lag
      [92]"
    `)
    expect(await unchanged('switch --dry-run', 101)).toMatchInlineSnapshot(`
      "would make 997A441A68016E5086E3C8A2B23690D98226CD29 outgoing instead of active
      would make 5B5C1F637C27E2642294813A63457B305CDE8AC5 active instead of incoming
      would publish 997A441A68016E5086E3C8A2B23690D98226CD29 and 5B5C1F637C27E2642294813A63457B305CDE8AC5 for release@acme.example in public
      2> note: nothing was signed, and nothing written
      [0]"
    `)
    expect(await said('switch', 101)).toMatchInlineSnapshot(`
      "997A441A68016E5086E3C8A2B23690D98226CD29 is outgoing instead of active
      5B5C1F637C27E2642294813A63457B305CDE8AC5 is active instead of incoming
      2> wrote: longhand.json
      2> wrote: longhand-rotation.md
      2> hint: what comes next is in longhand-rotation.md: longhand rotate finish, from 2026-07-10T00:00:00Z on
      [0]"
    `)
    expect(await said('status', 101)).toMatchInlineSnapshot(`
      "both the outgoing and the active key sign
        outgoing  997A441A68016E5086E3C8A2B23690D98226CD29  since 2026-04-12T00:00:00Z  keys/a.asc
        active    5B5C1F637C27E2642294813A63457B305CDE8AC5  since 2026-04-12T00:00:00Z  keys/b.asc
      next: longhand rotate finish, from 2026-07-10T00:00:00Z on
        now it would leave behind clients that embed only 997A441A68016E5086E3C8A2B23690D98226CD29: they have until 2026-07-10T00:00:00Z to see 5B5C1F637C27E2642294813A63457B305CDE8AC5
        remedy: wait until then, or plan a shorter wait
        now it would leave behind clients that embed only 997A441A68016E5086E3C8A2B23690D98226CD29 and remember nothing: its word on 5B5C1F637C27E2642294813A63457B305CDE8AC5 ends with it, and no authority has endorsed that
        remedy: let an authority endorse the next one; once those programs are gone, --leave-behind
      programs that embed only keys/a.asc: accept it, by the old key
      programs that embed keys/a.asc and keys/b.asc: accept it
      programs that embed only keys/b.asc: accept it, by the new key
      [0]"
    `)
    expect(await unchanged('finish', 189)).toMatchInlineSnapshot(`
      "2> error: rotate finish would leave behind clients that embed only 997A441A68016E5086E3C8A2B23690D98226CD29: they have until 2026-07-10T00:00:00Z to see 5B5C1F637C27E2642294813A63457B305CDE8AC5; and clients that embed only 997A441A68016E5086E3C8A2B23690D98226CD29 and remember nothing: its word on 5B5C1F637C27E2642294813A63457B305CDE8AC5 ends with it, and no authority has endorsed that
      2> hint: wait until then, or plan a shorter wait
      [92]"
    `)
    expect(await unchanged('abort', 189)).toMatchInlineSnapshot(`
      "2> error: rotate abort would leave behind clients that embed only 5B5C1F637C27E2642294813A63457B305CDE8AC5: since the switch, programs may be built that know no other key
      2> hint: finish, and then rotate to another key; a stolen key is replaced by --break-glass
      [92]"
    `)
    expect(await unchanged('finish', 190)).toMatchInlineSnapshot(`
      "2> error: rotate finish would leave behind clients that embed only 997A441A68016E5086E3C8A2B23690D98226CD29 and remember nothing: its word on 5B5C1F637C27E2642294813A63457B305CDE8AC5 ends with it, and no authority has endorsed that
      2> hint: let an authority endorse the next one; once those programs are gone, --leave-behind
      [92]"
    `)
    expect(await unchanged('finish --dry-run --leave-behind', 190)).toMatchInlineSnapshot(`
      "would make 997A441A68016E5086E3C8A2B23690D98226CD29 retired instead of outgoing
      would revoke 997A441A68016E5086E3C8A2B23690D98226CD29: superseded
      would publish 997A441A68016E5086E3C8A2B23690D98226CD29 and 5B5C1F637C27E2642294813A63457B305CDE8AC5 for release@acme.example in public
      2> note: nothing was signed, and nothing written
      [0]"
    `)
    expect(await said('finish --leave-behind', 190)).toMatchInlineSnapshot(`
      "997A441A68016E5086E3C8A2B23690D98226CD29 is retired instead of outgoing
      997A441A68016E5086E3C8A2B23690D98226CD29 is revoked: superseded
      2> wrote: longhand.json
      2> wrote: keys/a.asc
      2> wrote: public/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: longhand-rotation.md
      [0]"
    `)
    expect(await said('status', 190)).toMatchInlineSnapshot(`
      "one key signs; no rotation is under way
        retired   997A441A68016E5086E3C8A2B23690D98226CD29  since 2026-07-10T00:00:00Z (superseded)  keys/a.asc
        active    5B5C1F637C27E2642294813A63457B305CDE8AC5  since 2026-04-12T00:00:00Z  keys/b.asc
      programs that embed keys/b.asc: accept it
      programs that embed only keys/a.asc: accept it if they remember the new key, and else refuse it
      [0]"
    `)
    expect(states()).toEqual(['retired', 'active'])
  })

  test('--json', async () => {
    await startFirst()
    expect(await said(`start ${second} --json --dry-run`, 100)).toMatchInlineSnapshot(`
      "{
        "step": "start",
        "dryRun": true,
        "already": false,
        "actions": [
          {
            "action": "mint",
            "certificate": "keys/b.asc",
            "signer": "keys/b.pem"
          },
          {
            "action": "endorse",
            "fingerprint": "the new key",
            "by": "997A441A68016E5086E3C8A2B23690D98226CD29"
          },
          {
            "action": "state",
            "fingerprint": "the new key",
            "to": "incoming"
          },
          {
            "action": "publish",
            "address": "release@acme.example",
            "tree": "public",
            "fingerprints": [
              "997A441A68016E5086E3C8A2B23690D98226CD29",
              "the new key"
            ]
          }
        ],
        "written": []
      }
      [0]"
    `)
    await said(`start ${second}`, 100)
    expect(await said('status --json', 100)).toMatchInlineSnapshot(`
      "{
        "phase": "started",
        "at": "2026-04-11T00:00:00Z",
        "signing": [
          "997A441A68016E5086E3C8A2B23690D98226CD29",
          "5B5C1F637C27E2642294813A63457B305CDE8AC5"
        ],
        "keys": [
          {
            "certificate": "keys/a.asc",
            "fingerprint": "997A441A68016E5086E3C8A2B23690D98226CD29",
            "signer": "keys/a.pem",
            "state": "active",
            "dates": {
              "active": "2026-01-01T00:00:00Z"
            },
            "endorsements": []
          },
          {
            "certificate": "keys/b.asc",
            "fingerprint": "5B5C1F637C27E2642294813A63457B305CDE8AC5",
            "signer": "keys/b.pem",
            "state": "incoming",
            "dates": {
              "incoming": "2026-04-11T00:00:00Z"
            },
            "endorsements": [
              {
                "by": "997A441A68016E5086E3C8A2B23690D98226CD29",
                "serial": 2,
                "expires": "2028-04-10T00:00:00Z"
              }
            ]
          }
        ],
        "published": true,
        "next": {
          "step": "switch",
          "notBefore": "2026-04-12T00:00:00Z",
          "ready": false,
          "stranded": [
            {
              "clients": "clients that embed only 5B5C1F637C27E2642294813A63457B305CDE8AC5",
              "why": "a directory may still be without it until 2026-04-12T00:00:00Z",
              "remedy": "wait until then, or plan a shorter lag",
              "until": "2026-04-12T00:00:00Z"
            }
          ]
        },
        "unfinished": [],
        "clients": [
          {
            "embeds": "only keys/a.asc",
            "now": "accept it, by the old key",
            "later": "accept it"
          },
          {
            "embeds": "keys/a.asc and keys/b.asc",
            "now": "accept it",
            "later": "accept it"
          },
          {
            "embeds": "only keys/b.asc",
            "now": "accept it, by the new key, once they see it published, by 2026-04-12T00:00:00Z",
            "later": "accept it"
          }
        ]
      }
      [0]"
    `)
    expect(await said('switch --json', 101)).toMatchInlineSnapshot(`
      "{
        "step": "switch",
        "dryRun": false,
        "already": false,
        "actions": [
          {
            "action": "state",
            "fingerprint": "997A441A68016E5086E3C8A2B23690D98226CD29",
            "from": "active",
            "to": "outgoing"
          },
          {
            "action": "state",
            "fingerprint": "5B5C1F637C27E2642294813A63457B305CDE8AC5",
            "from": "incoming",
            "to": "active"
          },
          {
            "action": "publish",
            "address": "release@acme.example",
            "tree": "public",
            "fingerprints": [
              "997A441A68016E5086E3C8A2B23690D98226CD29",
              "5B5C1F637C27E2642294813A63457B305CDE8AC5"
            ]
          }
        ],
        "written": [
          "longhand.json",
          "longhand-rotation.md"
        ]
      }
      [0]"
    `)
  })

  test('may go on without end; serials rise', async () => {
    await startFirst()
    await said(`start ${second}`, 100)
    await said('abort', 101)
    expect(states()).toEqual(['active', 'retired'])
    await said('start --key keys/c.pem --cert keys/c.asc', 102)
    await said('switch', 103)
    await said('finish --leave-behind', 200)
    await said('start --key keys/d.pem --cert keys/d.asc', 201)
    const { stdout } = await rotate('status --json', 201)
    const { keys } = JSON.parse(stdout.toString()) as {
      keys: { endorsements: { serial: number }[] }[]
    }
    expect(keys.map(({ endorsements }) => endorsements.map(({ serial }) => serial))).toEqual([
      [],
      [2],
      [3],
      [4],
    ])
  })
})

describe('each step again', () => {
  test('is said, and changes nothing but the date of the runbook', async () => {
    await startFirst()
    await said(`start ${second}`, 100)
    const again = [
      ['start', 100],
      [`start ${second}`, 100],
    ] as const
    for (const [words, days] of again) {
      expect(await unchanged(words, days)).toContain('has taken this step before')
    }
    await said('switch', 101)
    expect(await unchanged('switch', 101)).toContain('has taken this step before')
    await said('finish --leave-behind', 190)
    expect(await unchanged('finish', 190)).toContain('has taken this step before')
  })

  test('abort again', async () => {
    await startFirst()
    await said(`start ${second}`, 100)
    expect(await unchanged('abort --dry-run', 101)).toMatchInlineSnapshot(`
      "would make 5B5C1F637C27E2642294813A63457B305CDE8AC5 retired instead of incoming
      would revoke 5B5C1F637C27E2642294813A63457B305CDE8AC5: withdrawn
      would publish 997A441A68016E5086E3C8A2B23690D98226CD29 and 5B5C1F637C27E2642294813A63457B305CDE8AC5 for release@acme.example in public
      2> note: nothing was signed, and nothing written
      [0]"
    `)
    expect(await said('abort', 101)).toMatchInlineSnapshot(`
      "5B5C1F637C27E2642294813A63457B305CDE8AC5 is retired instead of incoming
      5B5C1F637C27E2642294813A63457B305CDE8AC5 is revoked: withdrawn
      2> wrote: longhand.json
      2> wrote: keys/b.asc
      2> wrote: public/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: longhand-rotation.md
      [0]"
    `)
    expect(await unchanged('abort', 101)).toContain('has taken this step before')
    expect(await said('status', 101)).toMatchInlineSnapshot(`
      "one key signs; no rotation is under way
        active    997A441A68016E5086E3C8A2B23690D98226CD29  since 2026-01-01T00:00:00Z  keys/a.asc
        retired   5B5C1F637C27E2642294813A63457B305CDE8AC5  since 2026-04-12T00:00:00Z (withdrawn)  keys/b.asc
      programs that embed keys/a.asc: accept it
      [0]"
    `)
  })

  test('does what was taken away: it was not there to see, and counts from now on', async () => {
    await startFirst()
    await said(`start ${second}`, 100)
    rmSync('public', { recursive: true })
    rmSync('longhand-rotation.md')
    expect(await said('start', 105)).toMatchInlineSnapshot(`
      "2> note: the plan has taken this step before; what may be missing is done now
      5B5C1F637C27E2642294813A63457B305CDE8AC5 counts as published from 2026-04-16T00:00:00Z on
      2> wrote: longhand.json
      2> wrote: public/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: public/.well-known/openpgpkey/acme.example/policy
      2> wrote: public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: public/.well-known/openpgpkey/policy
      2> wrote: longhand-rotation.md
      2> hint: what comes next is in longhand-rotation.md: longhand rotate switch, from 2026-04-17T00:00:00Z on
      [0]"
    `)
    expect(planNow().keys[1]?.dates).toEqual({ incoming: '2026-04-16T00:00:00Z' })
    expect(await unchanged('switch', 105.5)).toContain('until 2026-04-17T00:00:00Z')
  })
})

describe('the tree that is uploaded', () => {
  const hashed = 'hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5'
  const advanced = `public/.well-known/openpgpkey/acme.example/${hashed}`
  const both = [advanced, `public/.well-known/openpgpkey/${hashed}`]

  test('has to hold the new key before a step goes by that it could be seen', async () => {
    await startFirst()
    const alone = readFileSync(advanced)
    await said(`start ${second}`, 100)
    const whole = readFileSync(advanced)
    writeFileSync(advanced, alone)
    expect(await unchanged('switch', 200)).toMatchInlineSnapshot(`
      "2> error: rotate switch would leave behind clients that look up release@acme.example: public does not hold what the plan publishes
      2> hint: run longhand rotate start again, which writes it, and upload it; what was never in it counts from then on
      [92]"
    `)
    expect(await said('status', 200)).toContain('public does not hold what the plan publishes')
    expect((await rotate('status --json', 200)).stdout.toString()).toContain('"published": false')
    expect(await said('start', 200)).toContain('counts as published from 2026-07-20T00:00:00Z on')
    expect(readFileSync(advanced)).toEqual(whole)
    expect(await unchanged('switch', 200)).toContain('until 2026-07-21T00:00:00Z')
    await said('switch', 201)
    for (const path of both) writeFileSync(path, alone)
    expect(await unchanged('finish --leave-behind', 300)).toContain('public does not hold')
    // Whichever command writes it, clients get their time from then on.
    await said('switch', 300)
    expect(await unchanged('finish --leave-behind', 389)).toContain('until 2027-01-26T00:00:00Z')
    expect((await rotate('finish --leave-behind', 390)).status).toBe(0)
  })

  test('that lacks no key, only what another certificate says, is written and costs no time', async () => {
    await startFirst()
    await said(`start ${second}`, 100)
    const extend = ['keys', 'extend', '--key=keys/a.pem', '--cert=keys/a.asc', '--expires=9y']
    const extended = await runMain([...extend, '-o', 'a.asc'], { now: daysLater(100) })
    expect(extended.status, extended.transcript).toBe(0)
    copyFileSync('a.asc', 'keys/a.asc')
    expect(await unchanged('switch', 101)).toContain('public does not hold')
    await said('start', 101)
    expect((await rotate('switch', 101)).status).toBe(0)
  })

  test('is written before the plan says since when', async () => {
    await startFirst()
    const { transcript } = await rotate(`start ${second}`, 100)
    expect(transcript.indexOf('wrote: public')).toBeLessThan(transcript.indexOf('longhand.json'))
    expect(transcript).toContain('wrote: public')
  })

  test('once a rotation is over, status says how it is published', async () => {
    await startFirst()
    rmSync('public', { recursive: true })
    const status = await said('status')
    expect(status).toContain(
      'public does not hold what the plan publishes: longhand keys wkd --domain acme.example -o public keys/a.asc',
    )
    const words = 'keys wkd --domain acme.example -o public keys/a.asc'.split(' ')
    expect((await runMain(words, { now: daysLater(0) })).status).toBe(0)
    expect(await said('status')).not.toContain('does not hold')
  })
})

describe('what can be refused is refused before a key is asked, in a dry run as well', () => {
  const asked = { count: 0 }
  const schemes: SchemeTable = {
    counted: () =>
      Promise.resolve(async (_uri, { readFile }) => {
        const pem = new TextDecoder().decode(await readFile('keys/b.pem', 'key file'))
        const signer = openLocalSigner({ pem, id: 'counted' })
        const sign: RemoteSigner['sign'] = (...given) => {
          asked.count += 1
          return signer.sign(...given)
        }
        return { ...signer, sign }
      }),
  }
  const counted = 'start --key counted:b --cert keys/b.asc'
  beforeEach(async () => {
    asked.count = 0
    await startFirst()
  })

  interface Spoilt {
    readonly name: string
    readonly spoil?: () => void
    readonly more?: string
  }
  const policy = 'public/.well-known/openpgpkey/policy'
  const address = 'public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5'

  test.each<Spoilt>([
    {
      name: 'a runbook of others',
      spoil: () => writeFileSync('longhand-rotation.md', '# Our notes\n'),
    },
    { name: 'an old key that is gone', spoil: () => rmSync('keys/a.pem') },
    {
      name: 'an old key that is another',
      spoil: () => writeFileSync('keys/a.pem', smallPem(77)),
    },
    { name: 'no folder for the certificate', more: '--cert keys/none/b.asc' },
    {
      name: 'an authority that does not open',
      more: authority.replace('authority.pem', 'no.pem'),
    },
    {
      name: 'a tree that is a file',
      spoil() {
        rmSync('public', { recursive: true })
        writeFileSync('public', '')
      },
    },
    { name: 'an expiry that is none', more: '--expires soon' },
    {
      name: 'a file of the tree that somebody else wrote',
      spoil() {
        rmSync('public.longhand-wkd.json')
        writeFileSync(address, 'ours')
      },
    },
    {
      name: 'a tree in which a link stands',
      spoil() {
        rmSync(policy)
        symlinkSync('hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5', policy)
      },
    },
  ])('$name', async ({ spoil, more = '' }) => {
    spoil?.()
    const before = snapshot()
    const usual = more.startsWith('--cert') ? counted.replace(/--cert \S+/, '') : counted
    const argv = ['rotate', ...`${usual} ${more}`.trim().split(/ +/)]
    for (const dry of [['--dry-run'], []]) {
      const { status } = await runMain([...argv, ...dry], { now: daysLater(100), schemes })
      expect([status === 0, asked.count]).toEqual([false, 0])
    }
    expect(snapshot()).toEqual(before)
  })

  test('without any of it the key is asked, and not in a dry run', async () => {
    const argv = ['rotate', ...counted.split(' ')]
    const dry = await runMain([...argv, '--dry-run'], { now: daysLater(100), schemes })
    expect([dry.status, asked.count], dry.transcript).toEqual([0, 0])
    const { status } = await runMain(argv, { now: daysLater(100), schemes })
    expect([status, asked.count > 0]).toEqual([0, true])
  })
})

describe('the authority of the plan', () => {
  test('is judged before it is needed: one that is revoked is told at once', async () => {
    await startFirst()
    await said(`start ${second} ${authority}`, 100)
    await said('switch', 101)
    const revoke = ['keys', 'revoke', '--key=authority.pem', '--cert=keys/authority.asc']
    const revoked = await runMain([...revoke, '--reason=compromised', '-o', 'r.asc'], {
      now: daysLater(102),
    })
    expect(revoked.status, revoked.transcript).toBe(0)
    copyFileSync('r.asc', 'keys/authority.asc')
    const status = await said('status', 190)
    expect(status).toContain(
      'the authority 67DA6F0EA77E13E8AC6936FBDED0C74BA4518AF3 endorses nothing: ',
    )
    // Its word on the new key does not count any more, so that the old one's clients need another.
    expect(await unchanged('finish', 190)).toContain('and remember nothing')
    expect((await rotate('status --json', 190)).stdout.toString()).toContain('"objection"')
    expect(await said('start', 190)).toMatchInlineSnapshot(`
      "2> warning: the authority 67DA6F0EA77E13E8AC6936FBDED0C74BA4518AF3 endorses nothing: the primary key was revoked 2026-04-13T00:00:00Z (the key was compromised)
      2> note: the plan has taken this step before; what may be missing is done now
      2> wrote: longhand-rotation.md
      2> hint: what comes next is in longhand-rotation.md: longhand rotate finish
      [0]"
    `)
    expect(await unchanged('start --authority authority.pem', 190)).toMatchInlineSnapshot(`
      "2> error: the authority 67DA6F0EA77E13E8AC6936FBDED0C74BA4518AF3 endorses nothing: the primary key was revoked 2026-04-13T00:00:00Z (the key was compromised)
      2> hint: one is made by longhand keys generate --rotation-authority and keys mint --rotation-authority
      [23]"
    `)
  })
})

describe('the new key', () => {
  test('is adopted where its certificate is there', async () => {
    await startFirst()
    const identity = ['--name=Acme', '--email=release@acme.example', '--expires=2y']
    await runMain(['keys', 'mint', '--key=keys/b.pem', ...identity, '-o', 'keys/b.asc'], {
      now: daysLater(50),
    })
    expect(await said(`start ${second}`, 100)).toMatchInlineSnapshot(`
      "adopted keys/b.asc, certificate 0FE63F832467805E706F35BBDB20566EA94FE5FD
      0FE63F832467805E706F35BBDB20566EA94FE5FD is endorsed by 997A441A68016E5086E3C8A2B23690D98226CD29
      0FE63F832467805E706F35BBDB20566EA94FE5FD is incoming
      2> wrote: keys/b.asc
      2> wrote: public/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: longhand.json
      2> wrote: longhand-rotation.md
      2> hint: what comes next is in longhand-rotation.md: longhand rotate switch, from 2026-04-12T00:00:00Z on
      [0]"
    `)
    expect((await runMain(['inspect', 'keys/b.asc'])).stdout.toString()).toContain('successor@')
  })

  test('has to be the one of that certificate, and be found by the address', async () => {
    await startFirst()
    copyFileSync('keys/a.asc', 'keys/other.asc')
    expect(await unchanged('start --key keys/b.pem --cert keys/other.asc', 100))
      .toMatchInlineSnapshot(`
      "2> error: the plan has keys/other.asc already, for another key
      2> hint: give another --cert FILE: one that is not there yet is minted
      [31]"
    `)
    await runMain(
      [
        'keys',
        'mint',
        '--key=keys/c.pem',
        '--name=C',
        '--email=c@acme.example',
        '-o',
        'keys/c.asc',
      ],
      { now: daysLater(1) },
    )
    expect(await unchanged('start --key keys/b.pem --cert keys/c.asc', 100)).toMatchInlineSnapshot(`
      "2> error: rotate start would leave behind clients that look up release@acme.example: 2B3CD44970AD24896D4910B93FF2E091CD974EA2 has no valid User ID of that address
      2> hint: add the User ID to the certificate, or mint it with --email release@acme.example
      [92]"
    `)
    await runMain(
      [
        'keys',
        'mint',
        '--key=keys/c.pem',
        '--name=C',
        '--email=release@acme.example',
        '-o',
        'keys/d.asc',
      ],
      { now: daysLater(1) },
    )
    expect(await unchanged('start --key keys/b.pem --cert keys/d.asc', 100)).toMatchInlineSnapshot(`
      "2> error: keys/b.pem is no key of keys/d.asc
      2> hint: give another --cert FILE: one that is not there yet is minted
      [31]"
    `)
    expect(await unchanged('start --key keys/b.pem --cert ../b.asc', 100)).toContain('[91]')
    const tiers = 'start --key keys/b.pem --cert keys/none.asc --primary keys/d.pem'
    expect(await unchanged(tiers, 100)).toContain('one in two tiers is made beforehand')
    expect(await unchanged('start --key keys/b.pem', 100)).toMatchInlineSnapshot(`
      "2> error: name the new key by --key URI and its certificate by --cert FILE
      2> hint: see: longhand rotate start --help
      [2]"
    `)
    expect(await unchanged(`start ${second} --email c@acme.example`, 100)).toMatchInlineSnapshot(`
      "2> error: rotate start would leave behind clients that look up release@acme.example: the new key has no valid User ID of that address
      2> hint: add the User ID to the certificate, or mint it with --email release@acme.example
      [92]"
    `)
  })

  test('stands in the plan by names that start there, wherever the command ran', async () => {
    await startFirst()
    mkdirSync('sub')
    process.chdir('sub')
    const words = 'start --plan ../longhand.json --key ../keys/b.pem --cert ../keys/b.asc'
    const { status } = await rotate(words, 100)
    process.chdir('..')
    expect(status).toBe(0)
    expect(planNow().keys[1]).toMatchObject({ signer: 'keys/b.pem', certificate: 'keys/b.asc' })
    expect(filesBelow()).toContain('longhand-rotation.md')
  })
})

describe('refused', () => {
  test('without a plan, with operands, with words that do not go together', async () => {
    for (const words of ['status x', 'switch x', 'start x', 'abort --reason why']) {
      expect((await rotate(words)).status, words).toBe(2)
    }
    expect(await unchanged('start --reason lost')).toMatchInlineSnapshot(`
      "2> error: --reason, --replaces and --revocation go with --break-glass
      2> hint: see: longhand rotate start --help
      [2]"
    `)
    expect(await unchanged('start --break-glass')).toMatchInlineSnapshot(`
      "2> error: --break-glass needs --reason compromised or --reason lost
      2> hint: see: longhand rotate start --help
      [2]"
    `)
    rmSync('longhand.json')
    for (const words of ['status', 'switch', 'finish', 'abort', `start ${second}`]) {
      expect((await rotate(words)).status, words).toBe(90)
    }
  })

  test('keys of a plan that is not trusted', async () => {
    await startFirst()
    const plan = planNow()
    const [key] = plan.keys
    writeFileSync(
      'longhand.json',
      planText({ ...plan, keys: [{ ...key, signer: 'exec:/bin/false' }] }),
    )
    expect(await unchanged(`start ${second}`, 100)).toMatchInlineSnapshot(`
      "2> error: the plan longhand.json is not trusted: it names a key by exec:
      2> hint: read the plan; if it is yours and should do that, add --trust-plan
      [91]"
    `)
    expect(await unchanged(`start ${second} --trust-plan`, 100)).not.toContain('not trusted')
  })

  test('another key of the old certificate', async () => {
    await startFirst()
    writeFileSync('keys/a.pem', smallPem(77))
    expect(await unchanged(`start ${second}`, 100)).toMatchInlineSnapshot(`
      "2> error: keys/a.pem is not the primary key of 997A441A68016E5086E3C8A2B23690D98226CD29
      2> hint: only the primary key of a certificate endorses: name that one
      [31]"
    `)
  })

  test('files that somebody else wrote', async () => {
    await startFirst()
    writeFileSync('longhand-rotation.md', '# Our notes\n')
    expect(await unchanged(`start ${second}`, 100)).toMatchInlineSnapshot(`
      "2> error: longhand-rotation.md exists, and longhand rotate did not write it
      2> hint: move it away: the runbook goes there
      [13]"
    `)
  })

  test('a plan that changed meanwhile is not written over', async () => {
    await startFirst()
    const { writeRotation } = await import('../../../src/cli/rotation/write.ts')
    const { readPlanFile } = await import('../../../src/node/plan-file.ts')
    const file = { ...(await readPlanFile('longhand.json')), trusted: false }
    writeFileSync('longhand.json', planText(emptyPlan))
    const rotation = { file, certificates: new Map(), at: daysLater(1) }
    const change = { rotation, plan: file.plan, changed: new Map(), inputs: [] }
    await expect(writeRotation({ ...change, wkd: undefined, runbook: '' })).rejects.toMatchObject({
      code: 'input-changed',
    })
  })
})

describe('break-glass', () => {
  const glass = `start --break-glass ${second} ${authority}`

  test('the authority puts another key in the place of a stolen one', async () => {
    await startFirst()
    expect(await unchanged(`${glass} --reason compromised --dry-run`, 100)).toMatchInlineSnapshot(`
      "would mint keys/b.asc around keys/b.pem
      would have the new key endorsed by 67DA6F0EA77E13E8AC6936FBDED0C74BA4518AF3, in place of 997A441A68016E5086E3C8A2B23690D98226CD29
      would make 997A441A68016E5086E3C8A2B23690D98226CD29 retired instead of active
      would make the new key active
      would publish the new key for release@acme.example in public
      2> note: nothing was signed, and nothing written
      2> warning: it does not reach clients that embed 997A441A68016E5086E3C8A2B23690D98226CD29 and not the authority: nobody whom they believe can tell them of the new key
      2> hint: their users have to install a program that embeds it, from a source that they trust
      [0]"
    `)
    expect(await said(`${glass} --reason compromised`, 100)).toMatchInlineSnapshot(`
      "minted keys/b.asc around keys/b.pem
      5B5C1F637C27E2642294813A63457B305CDE8AC5 is endorsed by 67DA6F0EA77E13E8AC6936FBDED0C74BA4518AF3, in place of 997A441A68016E5086E3C8A2B23690D98226CD29
      997A441A68016E5086E3C8A2B23690D98226CD29 is retired instead of active
      5B5C1F637C27E2642294813A63457B305CDE8AC5 is active
      2> wrote: keys/b.asc
      2> wrote: longhand.json
      2> wrote: public/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: longhand-rotation.md
      2> warning: it does not reach clients that embed 997A441A68016E5086E3C8A2B23690D98226CD29 and not the authority: nobody whom they believe can tell them of the new key
      2> hint: their users have to install a program that embeds it, from a source that they trust
      [0]"
    `)
    expect(await unchanged(`${glass} --reason compromised`, 100)).toContain(
      'taken this step before',
    )
    expect(await said('status', 100)).toMatchInlineSnapshot(`
      "one key signs; no rotation is under way
        retired   997A441A68016E5086E3C8A2B23690D98226CD29  since 2026-04-11T00:00:00Z (compromised)  keys/a.asc
        active    5B5C1F637C27E2642294813A63457B305CDE8AC5  since 2026-04-11T00:00:00Z  keys/b.asc
      programs that embed keys/b.asc: accept it
      programs that embed only keys/a.asc: refuse it: they have to be installed anew
      programs that embed keys/a.asc and the authority: accept it
      [0]"
    `)
    expect(planNow().authority?.certificate).toBe('keys/authority.asc')
  })

  test('in the middle of a rotation the incoming key comes at once', async () => {
    await startFirst()
    await said(`start ${second}`, 100)
    expect(await said(`start --break-glass --reason lost ${authority}`, 101))
      .toMatchInlineSnapshot(`
        "5B5C1F637C27E2642294813A63457B305CDE8AC5 is endorsed by 67DA6F0EA77E13E8AC6936FBDED0C74BA4518AF3, in place of 997A441A68016E5086E3C8A2B23690D98226CD29
        997A441A68016E5086E3C8A2B23690D98226CD29 is retired instead of active
        5B5C1F637C27E2642294813A63457B305CDE8AC5 is active instead of incoming
        2> wrote: longhand.json
        2> wrote: keys/b.asc
        2> wrote: public/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
        2> wrote: public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
        2> wrote: longhand-rotation.md
        2> warning: it does not reach clients that embed 997A441A68016E5086E3C8A2B23690D98226CD29 and not the authority: nobody whom they believe can tell them of the new key
        2> hint: their users have to install a program that embeds it, from a source that they trust
        [0]"
      `)
    expect(states()).toEqual(['retired', 'active'])
  })

  test('needs the authority, and a certificate that is one', async () => {
    await startFirst()
    const reason = '--reason compromised'
    expect(await unchanged(`start --break-glass ${second} ${reason}`, 100)).toMatchInlineSnapshot(`
      "2> error: without the authority nobody believes the new key
      2> hint: give --authority URI; without one, every program has to be installed anew
      [92]"
    `)
    const nameless = `start --break-glass ${second} ${reason} --authority authority.pem`
    expect(await unchanged(nameless, 100)).toMatchInlineSnapshot(`
      "2> error: the plan names no authority: give --authority-cert FILE as well
      2> hint: see: longhand rotate start --help
      [2]"
    `)
    expect(await unchanged(`${nameless} --authority-cert keys/a.asc`, 100)).toMatchInlineSnapshot(`
      "2> error: the authority 997A441A68016E5086E3C8A2B23690D98226CD29 endorses nothing: it is no rotation authority
      2> hint: one is made by longhand keys generate --rotation-authority and keys mint --rotation-authority
      [2]"
    `)
    const other = `start --break-glass ${second} ${reason} --authority keys/c.pem --authority-cert keys/authority.asc`
    expect(await unchanged(other, 100)).toMatchInlineSnapshot(`
      "2> error: keys/c.pem is not the primary key of 67DA6F0EA77E13E8AC6936FBDED0C74BA4518AF3
      2> hint: only the primary key of a certificate endorses: name that one
      [31]"
    `)
  })

  test('an authority endorses in a rotation too, also later; finish then leaves nobody behind', async () => {
    await startFirst()
    await said(`start ${second}`, 100)
    await said('switch', 101)
    expect(await said(`start ${authority}`, 102)).toMatchInlineSnapshot(`
      "2> note: the plan has taken this step before; what may be missing is done now
      5B5C1F637C27E2642294813A63457B305CDE8AC5 is endorsed by 67DA6F0EA77E13E8AC6936FBDED0C74BA4518AF3
      2> wrote: longhand.json
      2> wrote: keys/b.asc
      2> wrote: public/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
      2> wrote: longhand-rotation.md
      2> hint: what comes next is in longhand-rotation.md: longhand rotate finish, from 2026-07-10T00:00:00Z on
      [0]"
    `)
    expect(await said('status', 190)).toMatchInlineSnapshot(`
      "both the outgoing and the active key sign
        outgoing  997A441A68016E5086E3C8A2B23690D98226CD29  since 2026-04-12T00:00:00Z  keys/a.asc
        active    5B5C1F637C27E2642294813A63457B305CDE8AC5  since 2026-04-12T00:00:00Z  keys/b.asc
      next: longhand rotate finish
      programs that embed only keys/a.asc: accept it, by the old key
      programs that embed keys/a.asc and the authority: accept it, by the old key
      programs that embed keys/a.asc and keys/b.asc: accept it
      programs that embed only keys/b.asc: accept it, by the new key
      [0]"
    `)
    expect((await rotate('finish', 190)).status).toBe(0)
  })

  test('an authority that is at hand endorses at once', async () => {
    await startFirst()
    expect(await said(`start ${second} ${authority}`, 100)).toContain(' is endorsed by ')
    expect(await said('status --json', 100)).toMatchInlineSnapshot(`
      "{
        "phase": "started",
        "at": "2026-04-11T00:00:00Z",
        "signing": [
          "997A441A68016E5086E3C8A2B23690D98226CD29",
          "5B5C1F637C27E2642294813A63457B305CDE8AC5"
        ],
        "keys": [
          {
            "certificate": "keys/a.asc",
            "fingerprint": "997A441A68016E5086E3C8A2B23690D98226CD29",
            "signer": "keys/a.pem",
            "state": "active",
            "dates": {
              "active": "2026-01-01T00:00:00Z"
            },
            "endorsements": []
          },
          {
            "certificate": "keys/b.asc",
            "fingerprint": "5B5C1F637C27E2642294813A63457B305CDE8AC5",
            "signer": "keys/b.pem",
            "state": "incoming",
            "dates": {
              "incoming": "2026-04-11T00:00:00Z"
            },
            "endorsements": [
              {
                "by": "67DA6F0EA77E13E8AC6936FBDED0C74BA4518AF3",
                "serial": 2,
                "expires": "2028-04-10T00:00:00Z"
              },
              {
                "by": "997A441A68016E5086E3C8A2B23690D98226CD29",
                "serial": 2,
                "expires": "2028-04-10T00:00:00Z"
              }
            ]
          }
        ],
        "authority": {
          "certificate": "keys/authority.asc",
          "fingerprint": "67DA6F0EA77E13E8AC6936FBDED0C74BA4518AF3"
        },
        "published": true,
        "next": {
          "step": "switch",
          "notBefore": "2026-04-12T00:00:00Z",
          "ready": false,
          "stranded": [
            {
              "clients": "clients that embed only 5B5C1F637C27E2642294813A63457B305CDE8AC5",
              "why": "a directory may still be without it until 2026-04-12T00:00:00Z",
              "remedy": "wait until then, or plan a shorter lag",
              "until": "2026-04-12T00:00:00Z"
            }
          ]
        },
        "unfinished": [],
        "clients": [
          {
            "embeds": "only keys/a.asc",
            "now": "accept it, by the old key",
            "later": "accept it"
          },
          {
            "embeds": "keys/a.asc and the authority",
            "now": "accept it, by the old key",
            "later": "accept it"
          },
          {
            "embeds": "keys/a.asc and keys/b.asc",
            "now": "accept it",
            "later": "accept it"
          },
          {
            "embeds": "only keys/b.asc",
            "now": "accept it, by the new key, once they see it published, by 2026-04-12T00:00:00Z",
            "later": "accept it"
          }
        ]
      }
      [0]"
    `)
  })
})

describe('a certificate in two tiers', () => {
  const longhand = async (words: readonly string[], days: number): Promise<void> => {
    const { status, transcript } = await runMain(words, { now: daysLater(days) })
    expect(status, transcript).toBe(0)
  }

  test('is adopted, endorses its successor and revokes itself by its primary key', async () => {
    const identity = ['--name=Acme', '--email=release@acme.example', '--certify-only']
    await longhand(['keys', 'mint', '--key=keys/d.pem', ...identity, '-o', 'tier.asc'], 0)
    const binding = ['keys', 'bind-subkey', '--key=keys/d.pem', '--subkey=keys/a.pem']
    await longhand([...binding, '-o', 'keys/a.asc', '--cert=tier.asc'], 0)
    const tiers = '--key keys/a.pem --primary keys/d.pem --cert keys/a.asc'
    expect(await said(`start ${tiers}`, 1)).toContain('adopted keys/a.asc')
    expect(planNow().keys[0]).toMatchObject({ signer: 'keys/a.pem', primary: 'keys/d.pem' })
    writeFileSync('data.txt', '')
    await longhand(['sign', 'data.txt'], 1)
    expect(await said(`start ${second}`, 100)).toContain(' is endorsed by ')
    await said('switch', 101)
    expect(await said('finish --leave-behind', 190)).toContain(' is revoked: superseded')
    rmSync('keys/d.pem')
    expect((await rotate('finish', 190)).status).toBe(0)
  })
})

describe('a revocation that was prepared', () => {
  test('is put in force, and the stolen key stays published with it', async () => {
    await startFirst()
    const prepare = [
      'keys',
      'revoke',
      '--prepare',
      '--key=keys/a.pem',
      '-o',
      'a.rev',
      '--cert=keys/a.asc',
    ]
    const prepared = await runMain(prepare, { now: daysLater(1) })
    expect(prepared.status, prepared.transcript).toBe(0)
    const words = `start --break-glass --reason compromised ${second} ${authority}`
    expect(await unchanged(`${words} --revocation keys/c.pem`, 100)).not.toContain('[0]')
    expect(await unchanged(`${words} --revocation keys/authority.asc`, 100)).toMatchInlineSnapshot(`
      "2> error: keys/authority.asc is no revocation of the key that is replaced
      [2]"
    `)
    const { transcript, status } = await rotate(`${words} --revocation a.rev`, 100)
    expect(status, transcript).toBe(0)
    const shown = JSON.parse((await rotate('status --json', 100)).stdout.toString()) as {
      keys: { revoked?: string }[]
    }
    expect(shown.keys.map(({ revoked }) => revoked)).toEqual(['hard', undefined])
    const tree = readFileSync(
      'public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5',
      'latin1',
    )
    expect(tree.split('Acme Releases').length - 1).toBe(2)
  })
})
