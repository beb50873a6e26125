/** Critical things that are not known make a signature void, RFC 9580 §5.2.3.7 and §5.2.3.24. */

import { describe } from 'vitest'
import { critical } from '../../src/packet/subpacket.ts'
import type { RawSubpacket } from '../../src/packet/subpacket.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { document, testCases } from '../support/forge/cases.ts'
import type { Case } from '../support/forge/cases.ts'
import {
  back,
  bind,
  certify,
  embedded,
  mayOnlySign,
  notation,
  primaryPacket,
  signDocument,
  signs,
  subkeyPacket,
  unknown,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { forgeKey, issuerKeyId } from '../support/forge/signature.ts'
import type { SignatureParts } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const primary = [primaryPacket(alice), userIdPacket()]
const known = notation('known@example.org', 'yes')
const knowing = { policy: standardPolicy({ criticalNotations: ['known@example.org'] }) }

type Place = (areas: Pick<SignatureParts, 'hashed' | 'unhashed'>) => Omit<Case, 'verdict'>

const places: Readonly<Record<string, { readonly put: Place; readonly bad: Case['verdict'] }>> = {
  'in the signature over the document': {
    bad: 'signature-bad',
    put: (areas) => ({
      certificate: [...primary, certify(alice)],
      signature: signDocument(alice, document, areas),
    }),
  },
  'in the self-signature': {
    bad: 'certificate-invalid',
    put: ({ hashed = [], ...areas }) => ({
      certificate: [...primary, certify(alice, { hashed: [signs, ...hashed], ...areas })],
      signature: signDocument(alice, document),
    }),
  },
  'in the subkey’s binding signature': {
    bad: 'certificate-invalid',
    put: ({ hashed = [], ...areas }) => {
      const parts = [mayOnlySign, embedded(back(subkey, alice)), ...hashed]
      const binding = bind(alice, subkey, { hashed: parts, ...areas })
      return {
        certificate: [...primary, certify(alice), subkeyPacket(subkey), binding],
        signature: signDocument(subkey, document),
      }
    },
  },
  'in the subkey’s back signature': {
    bad: 'certificate-invalid',
    put: (areas) => {
      const binding = bind(alice, subkey, {
        hashed: [mayOnlySign, embedded(back(subkey, alice, areas))],
      })
      return {
        certificate: [...primary, certify(alice), subkeyPacket(subkey), binding],
        signature: signDocument(subkey, document),
      }
    },
  },
}

for (const [place, { put, bad }] of Object.entries(places)) {
  const hashed = (...subpackets: RawSubpacket[]): ReturnType<Place> => put({ hashed: subpackets })
  const unhashed = (added: RawSubpacket): ReturnType<Place> =>
    put({ unhashed: [issuerKeyId(alice.key), issuerKeyId(subkey.key), added] })
  describe(place, () => {
    testCases({
      'an unknown subpacket': () => ({ ...hashed(unknown), verdict: 'good' }),
      'an unknown critical subpacket': () => ({ ...hashed(critical(unknown)), verdict: bad }),
      'an unknown subpacket, unhashed': () => ({ ...unhashed(unknown), verdict: 'good' }),
      'an unknown critical subpacket, unhashed': () => {
        return { ...unhashed(critical(unknown)), verdict: 'good' }
      },
      'a notation': () => ({ ...hashed(known), verdict: 'good' }),
      'a critical notation': () => ({ ...hashed(critical(known)), verdict: bad }),
      'a critical notation, unhashed': () => {
        return { ...unhashed(critical(known)), verdict: 'good' }
      },
      'a critical notation that the policy knows': () => {
        return {
          ...{ ...hashed(critical(known)), verdict: 'good', options: knowing },
          sqvDiffers: 'it cannot be told what is known',
        }
      },
      'a critical notation that the policy knows, and one that it does not': () => {
        const other = critical(notation('other@example.org'))
        return { ...hashed(critical(known), other), verdict: bad, options: knowing }
      },
      'a critical notation whose name only begins with a known one': () => {
        const other = critical(notation('known@example.org.evil'))
        return { ...hashed(other), verdict: bad, options: knowing }
      },
    })
  })
}
