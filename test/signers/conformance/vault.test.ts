import { afterAll, beforeAll } from 'vitest'
import type { RemoteSigner } from '../../../src/signature/signer.ts'
import { vaultSigner } from '../../../src/signers/vault.ts'
import { describeConformance } from '../../support/conformance.ts'
import { describePart, pinnedVersion } from '../../support/parts.ts'
import {
  startHungServer,
  startOpenBao,
  transitKeyTypes,
  type FaultyServer,
  type OpenBao,
} from '../../support/services/index.ts'

describePart('openbao', 'Vault', () => {
  let bao: OpenBao
  let silent: FaultyServer
  let token = ''
  beforeAll(async () => {
    ;[bao, silent] = await Promise.all([startOpenBao(), startHungServer()])
    token = await bao.createToken(`
      path "transit/keys/+" { capabilities = ["read"] }
      path "transit/sign/+/*" { capabilities = ["update"] }`)
  })
  afterAll(() => Promise.all([bao.stop(), silent.stop()]))

  const at = (address: string, key = 'none', bearer = token): Promise<RemoteSigner> =>
    Promise.resolve(vaultSigner({ address, key, token: bearer, timeoutMs: 20_000 }))
  const opener = ([name, type]: [string, string]): [string, () => Promise<RemoteSigner>] => [
    name,
    async () => at(bao.url, await bao.createKey(type, type)),
  ]

  describeConformance({
    signer: 'vault',
    server: `OpenBao ${pinnedVersion('openbao') ?? ''}`,
    real: true,
    keys: Object.fromEntries(Object.entries(transitKeyTypes).map(opener)),
    faults: [
      'no such key, version, mount or namespace',
      'a key that does not sign',
      'no rights',
      'a quota used up',
      'sealed',
      'a rotated key',
      'no answer',
      'no service',
      'a certificate that is not trusted',
      "another version's answer",
      'a broken body',
    ],
    secrets: () => [token, bao.token],
    hung: () => at(silent.url),
    failing: {
      'no such key': () => at(bao.url, 'none', bao.token),
      'no rights': () => at(bao.url, 'none', 's.nobody'),
      'no service': () => at('http://127.0.0.1:2'),
    },
  })
})
