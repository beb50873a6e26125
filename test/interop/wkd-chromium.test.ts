/** fetchWkd in a web page, against a directory of another origin. */

import { createHash, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTryOutTls } from '../../src/node/tls-authority.ts'
import { projectRoot } from '../provision/probe.ts'
import { describePart } from '../support/parts.ts'
import { startToldServer, type ToldServer } from '../support/services/told-server.ts'
import { runInChromium } from '../support/tools/chromium.ts'
import { address, alice, at, foreign, revoked, sound } from '../support/wkd/answers.ts'
import { concat } from '../../src/octets.ts'

const host = 'openpgpkey.example.org'
const tls = createTryOutTls('example.org', [host], new Date())
const { publicKey } = new X509Certificate(tls.certificate)
const spki = publicKey.export({ type: 'spki', format: 'der' })
const trusted = createHash('sha256').update(spki).digest('base64')

const open = { 'access-control-allow-origin': '*' }
/** What is served for each local part. */
const answers: Record<
  string,
  { status?: number; headers?: Record<string, string>; body?: Uint8Array }
> = {
  alice: { headers: open, body: concat(foreign, revoked, sound) },
  closed: { body: sound },
  missing: { status: 404, headers: open },
  moved: { status: 302, headers: { ...open, location: '/elsewhere' } },
  large: { headers: open, body: new Uint8Array(65_537).fill(0x99) },
}

describePart('chromium', 'in Chromium', () => {
  let server: ToldServer
  let results: Record<string, unknown>

  beforeAll(async () => {
    server = await startToldServer(
      (response, _, { path }) => {
        const local = new URL(path ?? '', `https://${host}`).searchParams.get('l') ?? ''
        const { status = 200, headers = {}, body } = answers[local] ?? { status: 404 }
        response.writeHead(status, headers).end(body)
      },
      { cert: tls.certificate, key: tls.key },
    )
    results = (await runInChromium({
      module: `
        import { evaluateCertificate, fetchWkd, standardPolicy } from './src/index.ts'
        const at = new Date(${at.getTime()})
        async function ask(local) {
          try {
            const found = await fetchWkd(local + '@example.org', { at })
            const judged = await Promise.all(found.certificates.map((certificate) =>
              evaluateCertificate(certificate, { at, policy: standardPolicy() })))
            return {
              url: found.url,
              certificates: judged.map(({ certificate, primary }) =>
                [certificate.fingerprint, primary.objection?.code ?? 'good']),
              passedOver: found.passedOver.map(({ code }) => code),
            }
          } catch ({ code, message }) {
            return { code, message }
          }
        }
        export default (async () => Object.fromEntries(await Promise.all(
          ${JSON.stringify(Object.keys(answers))}.map(async (local) => [local, await ask(local)])
        )))()
      `,
      from: projectRoot,
      hosts: { [`${host}:443`]: new URL(server.url).host },
      trusted,
    })) as Record<string, unknown>
  })
  afterAll(() => server.stop())

  test('an answer is read, judged, and its revocation seen', () => {
    expect(results['alice']).toMatchObject({
      certificates: [
        [alice.key.fingerprint, 'certificate-revoked'],
        [alice.key.fingerprint, 'good'],
      ],
      passedOver: ['user-id-missing'],
    })
    expect(address).toBe('alice@example.org')
  })

  test.each([
    ['closed', 'directory-unavailable', 'could not be reached (TypeError)'],
    ['missing', 'directory-missing', 'answered by status 404'],
    ['moved', 'directory-answer', 'to where cannot be seen'],
    ['large', 'directory-answer', 'is longer than 65536 octets'],
  ])('%s is %s', (local, code, message) => {
    expect(results[local]).toEqual({ code, message: expect.stringContaining(message) as string })
  })

  test('the page sends its origin, and no cookies', () => {
    expect(server.requests.length).toBeGreaterThanOrEqual(Object.keys(answers).length)
    for (const { headers } of server.requests) {
      expect(headers.origin).toMatch(/^http:\/\/localhost:\d+$/)
      expect(headers.cookie).toBeUndefined()
    }
  })
})
