import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTryOutTls } from '../../src/node/tls-authority.ts'
import { describePart } from '../support/parts.ts'
import { inTemporary, run } from '../support/tools/run.ts'

const at = new Date('2026-06-01T12:00:00Z')
const hosts = ['acme.example', 'openpgpkey.acme.example']
const { authority, certificate, key } = createTryOutTls('acme.example', hosts, at)

test('the authority lasts a week, and vouches for the server', () => {
  const [ca, server] = [new X509Certificate(authority), new X509Certificate(certificate)]
  expect([ca.validFrom, ca.validTo]).toEqual([
    'Jun  1 11:00:00 2026 GMT',
    'Jun  8 12:00:00 2026 GMT',
  ])
  expect([ca.ca, server.ca]).toEqual([true, false])
  expect(server.checkIssued(ca) && server.verify(ca.publicKey)).toBe(true)
  expect(server.subjectAltName).toBe('DNS:acme.example, DNS:openpgpkey.acme.example')
  expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/)
})

test('no two are alike', () => {
  const other = createTryOutTls('acme.example', hosts, at)
  expect(other.authority).not.toBe(authority)
  expect(other.key).not.toBe(key)
})

describePart('openssl', 'OpenSSL, strictly', () => {
  const verify = (ca: string, server: string): Promise<{ status: number; output: string }> =>
    inTemporary(async (directory) => {
      const paths = [join(directory, 'ca.pem'), join(directory, 'server.pem')] as const
      writeFileSync(paths[0], ca)
      writeFileSync(paths[1], server)
      const time = String(at.getTime() / 1000)
      const strictly = ['-x509_strict', '-purpose', 'sslserver', '-attime', time]
      return run('openssl', ['verify', ...strictly, '-CAfile', ...paths])
    })

  test('takes the pair', async () => {
    const { status, output } = await verify(authority, certificate)
    expect(status, output).toBe(0)
  })

  test('refuses what the authority would say of another domain', async () => {
    const other = createTryOutTls('acme.example', ['evil.example'], at)
    const { status, output } = await verify(other.authority, other.certificate)
    expect(output).toContain('permitted subtree violation')
    expect(status).not.toBe(0)
  })

  test('refuses a server of another authority', async () => {
    const other = createTryOutTls('acme.example', hosts, at)
    expect((await verify(authority, other.certificate)).status).not.toBe(0)
  })
})
