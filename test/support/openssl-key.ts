/** Private keys as OpenSSL writes them, and their conversion by OpenSSL. */

import { run } from './tools/run.ts'

async function openssl(args: readonly string[], input = ''): Promise<string> {
  const { status, stdout, output } = await run('openssl', args, { input })
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${output}`)
  return stdout.toString()
}

/** A new RSA key as PKCS#8 PEM. */
export function newRsaPem(bits: number): Promise<string> {
  return openssl(['genpkey', '-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`])
}

/** A new key of another type; `options` as `openssl genpkey` takes them. */
export function newPem(options: readonly string[]): Promise<string> {
  return openssl(['genpkey', ...options])
}

/** A PEM converted by a command of OpenSSL that reads its standard input. */
export function convert(pem: string, args: readonly string[]): Promise<string> {
  return openssl(args, pem)
}

export const toPkcs1 = (pem: string): Promise<string> => convert(pem, ['rsa', '-traditional'])

export const toEncrypted = (
  pem: string,
  passphrase: string,
  scheme: readonly string[] = ['-v2', 'aes-256-cbc'],
): Promise<string> => convert(pem, ['pkcs8', '-topk8', ...scheme, '-passout', `pass:${passphrase}`])
