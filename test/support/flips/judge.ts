/** Judging a file whose octets may have been turned: which of its signatures are good, and how. */

import { parseCertificates } from '../../../src/certificate/certificate.ts'
import { isOpenPGPError } from '../../../src/errors.ts'
import { nodePrimitives } from '../../../src/node/primitives.ts'
import { toHex } from '../../../src/octets.ts'
import { evaluateCleartext } from '../../../src/verify/cleartext.ts'
import { evaluateDetached } from '../../../src/verify/detached.ts'
import { evaluateInline } from '../../../src/verify/inline.ts'
import type { GoodSignature, Verdict } from '../../../src/verify/verdict.ts'
import { rememberNumbers } from './remember.ts'
import { flipsJudgedAt } from './subjects.ts'
import type { Form } from './subjects.ts'

const primitives = rememberNumbers(nodePrimitives)

export interface Judged {
  readonly certificate: Uint8Array
  readonly signature: Uint8Array
  readonly form: Form
  readonly document: Uint8Array
}

export interface GoodOne {
  /** Fingerprint of the key that signed. */
  readonly signer: string
  /** All that a good verdict says: signer, primary key, time, type, hash; and the data, if inside. */
  readonly said: string
}

/** The good signatures in their order; none when the files are refused as a whole. */
export async function judgeFiles(given: Judged): Promise<GoodOne[]> {
  try {
    const certificates = parseCertificates(given.certificate, { primitives })
    const { signatures, data } = await evaluate(given, {
      certificates,
      at: flipsJudgedAt,
      primitives,
    })
    const inside = data ? toHex(data) : ''
    return signatures
      .filter((each): each is GoodSignature => each.good)
      .map((each) => ({ signer: each.signer.key, said: `${JSON.stringify(each)} ${inside}` }))
  } catch (error) {
    if (isOpenPGPError(error)) return []
    throw error
  }
}

async function evaluate(
  { form, signature, document }: Judged,
  options: Parameters<typeof evaluateDetached>[2],
): Promise<Verdict & { readonly data?: Uint8Array | undefined }> {
  switch (form) {
    case 'detached':
      return evaluateDetached(document, signature, options)
    case 'inline':
      return evaluateInline(signature, options)
    case 'cleartext': {
      const { text, ...verdict } = await evaluateCleartext(signature, options)
      return { ...verdict, data: text }
    }
  }
}
