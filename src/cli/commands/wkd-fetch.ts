/** longhand wkd fetch: the certificates of an address, out of its Web Key Directory. */

import { serializeCertificate } from '../../certificate/certificate.ts'
import { OpenPGPError } from '../../errors.ts'
import { planOutputs } from '../../node/outputs.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { concat } from '../../octets.ts'
import { fetchWkd } from '../../wkd/fetch.ts'
import type { WkdMethod } from '../../wkd/fetch.ts'
import { encodeArmor } from '../../wire/armor.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { jsonText } from '../json.ts'
import { say } from '../run.ts'
import { judgeFound } from '../wkd/found.ts'
import { directoryOptions, openAccess } from '../wkd/options.ts'

export const wkdFetch: Command = defineCommand({
  name: 'wkd fetch',
  summary: 'Fetches the certificates of an address from its Web Key Directory.',
  operands: 'ADDRESS',
  options: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'where they go, in one armored block; - is standard output',
    },
    method: {
      type: 'string',
      value: 'NAME',
      help: 'advanced, direct, or auto, which asks DNS (default, but for --connect)',
    },
    ...directoryOptions,
    force: { type: 'boolean', help: 'replace a FILE that exists' },
    json: { type: 'boolean', help: 'say as JSON on standard output what was found' },
  },
  notes: [
    'What is fetched is what the domain says now, and nothing to trust by itself: compare the',
    'fingerprint with what you have from elsewhere. Revoked and expired certificates are fetched',
    'too, and said to be so. Exit statuses 70 (out of reach), 71 (nothing there) and 72 (no',
    'certificate) are kept apart; see docs/exit-codes.md.',
  ],
  async run({ options, operands, io }) {
    const [address, ...more] = operands
    const { output } = options
    if (address === undefined || more.length > 0) throw usageError('wkd fetch', 'give one ADDRESS')
    if (output === undefined) throw usageError('wkd fetch', 'say where it goes: -o cert.asc')
    if (options.json && output === '-') {
      throw usageError('wkd fetch', '--json and -o - both want standard output')
    }
    const method = parseMethod(options.method)
    const paths = output === '-' ? [] : [output]
    const inputs = options.ca === undefined ? [] : [options.ca]
    const outputs = planOutputs({ paths, inputs, force: options.force })
    const access = await openAccess(options)
    const result = await fetchWkd(address, {
      ...access,
      ...(method === undefined ? {} : { method }),
      at: io.now,
      primitives: nodePrimitives,
    })
    const { certificates, passedOver, url } = result
    const armored = encodeArmor(
      'PUBLIC KEY BLOCK',
      concat(...certificates.map(serializeCertificate)),
    )
    const judged = await Promise.all(certificates.map((each) => judgeFound(each, io.now)))
    if (output === '-') io.out(armored)
    else {
      outputs.write([{ path: output, octets: Buffer.from(armored) }])
      say(
        io,
        'wrote',
        `${output}: ${certificates.map(({ fingerprint }) => fingerprint).join(', ')}`,
      )
    }
    if (options.json) {
      const others = passedOver.map(({ certificate, code, reason }) => ({
        fingerprint: certificate?.fingerprint,
        code,
        reason,
      }))
      return io.out(
        jsonText({ address, method: result.method, url, certificates: judged, passedOver: others }),
      )
    }
    say(io, 'note', `from ${url}`)
    for (const { fingerprint, problem } of judged) {
      if (problem) say(io, 'warning', `${fingerprint}: ${problem.reason}`)
    }
    for (const { reason } of passedOver) say(io, 'warning', `passed over: ${reason}`)
  },
})

function parseMethod(name: string | undefined): WkdMethod | 'auto' | undefined {
  if (name === undefined || name === 'auto' || name === 'advanced' || name === 'direct') return name
  throw new OpenPGPError('usage', `--method ${JSON.stringify(name)} is no method`, {
    hint: 'choose advanced, direct or auto',
  })
}
