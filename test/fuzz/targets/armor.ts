/** Armor: what is well-formed is read to the octet, the rest is refused. */

import { equal, fromLatin1, utf8 } from '../../../src/octets.ts'
import { decodeArmor, encodeArmor } from '../../../src/wire/armor.ts'
import type { ArmorType } from '../../../src/wire/armor.ts'
import { readInput } from '../../../src/wire/input.ts'
import { attempt, labelOf, must } from '../fuzz.ts'
import type { Outcome, Target } from '../fuzz.ts'
import { mutateOctets } from '../octets.ts'
import type { Random } from '../random.ts'
import { seedSignatures } from '../seeds.ts'

interface Armored {
  readonly octets: Uint8Array
  /** The octets that have to come out, when nothing but the layout was changed. */
  readonly holds?: Uint8Array
}

const types = ['MESSAGE', 'PUBLIC KEY BLOCK', 'PRIVATE KEY BLOCK', 'SIGNATURE'] as const

export const armorTarget: Target<Armored> = {
  name: 'armor',
  inputs: 40_000,
  seeds: () =>
    seedSignatures().map((holds) => ({ octets: utf8(encodeArmor('SIGNATURE', holds)), holds })),
  generate(random, corpus) {
    if (random.oneIn(3)) return layOut(random)
    const [one, other] = [random.pick(corpus), random.pick(corpus)]
    if (random.oneIn(4)) return { octets: mutateOctets(random, one.octets, other.octets) }
    return { octets: mutateLines(random, one.octets, other.octets) }
  },
  run,
  show: ({ octets }) => ({ octets }),
}

function run({ octets, holds }: Armored): Outcome {
  const text = fromLatin1(octets)
  const { value: blocks, error } = attempt(() => decodeArmor(text))
  if (!blocks) {
    must(
      holds === undefined,
      `armor that differs in its layout alone was refused: ${error.message}`,
    )
    return { framed: false, label: labelOf(error) }
  }
  const total = blocks.reduce((sum, block) => sum + block.octets.length, 0)
  must(total <= octets.length, 'more came out of armor than went in')
  for (const block of blocks) {
    const [again] = decodeArmor(encodeArmor(block.type, block.octets))
    must(again?.checksum === 'right', 'our own armor has a wrong checksum')
    must(equal(again.octets, block.octets), 'our own armor holds something else')
  }
  if (holds) {
    must(blocks.length === 1 && equal(blocks[0]?.octets ?? octets, holds), 'armor was misread')
  }
  const input = attempt(() => readInput(octets, 'SIGNATURE', 'the input'))
  const outcome = input.error ? labelOf(input.error) : 'read'
  const kinds = blocks.map(
    ({ type, checksum, headers }) => `${type} ${checksum} ${headers.length > 0}`,
  )
  const label = `${outcome}; ${Math.min(blocks.length, 3)} blocks: ${[...new Set(kinds)].sort().join()}`
  return { framed: blocks.length > 0, label }
}

/** Right armor in any of the layouts that are right. */
function layOut(random: Random): Armored {
  const holds = random.octets(random.below(random.oneIn(10) ? 3000 : 200))
  const type: ArmorType = random.pick(types)
  const lines = encodeArmor(type, holds).trimEnd().split('\n')
  const body = lines.slice(2, -2).join('')
  const width = random.pick([1, 4, 60, 64, 76, 5000])
  const headers = ['Version: 1', 'Comment: =not a checksum', 'Charset: ', 'Hash:'].slice(
    random.below(5),
  )
  const checksum = random.pick([lines.at(-2) ?? '', '', '=AAAA'])
  const all = [
    ...[random.oneIn(3) ? 'Some text: before\n' : '', lines[0] ?? ''],
    ...[...headers, ''],
    ...(body.match(new RegExp(`.{1,${width}}`, 'g')) ?? []),
    ...(checksum === '' ? [] : [checksum]),
    ...[lines.at(-1) ?? '', random.oneIn(3) ? '=text after' : ''],
  ]
  const ending = random.pick(['\n', '\r\n', ' \t\n', '\t\r\n'])
  return { octets: utf8(all.join(ending)), holds }
}

const oddLines = [
  ...['', ' ', '=', '==', '=AAAA', '=AAAAA', 'A===', 'AA=A', 'Key: value', 'Key:value', ': no key'],
  ...['-----BEGIN PGP SIGNATURE-----', '-----END PGP SIGNATURE-----', '-----END PGP MESSAGE-----'],
  ...[
    '-----BEGIN PGP MESSAGE-----',
    '-----BEGIN PGP MESSAGE, PART 1/2-----',
    '-----BEGIN PGP -----',
  ],
  ...['-----BEGIN PGP SIGNED MESSAGE-----', '- -----BEGIN PGP MESSAGE-----', '----BEGIN PGP X----'],
  ...['\f', '\v', '\0', '\x85', '\xa0', 'x'.repeat(5000), `K: ${'v'.repeat(4096)}`, '\xff\xfe'],
]

function mutateLines(random: Random, octets: Uint8Array, other: Uint8Array): Uint8Array {
  let lines = fromLatin1(octets).split('\n')
  for (let left = random.between(1, 3); left > 0; left -= 1) {
    const at = random.below(lines.length + 1)
    const line = lines[at] ?? ''
    const replacement = ((): string[] => {
      switch (random.below(8)) {
        case 0:
          return []
        case 1:
          return [line, line]
        case 2:
          return [random.pick(oddLines) ?? '', line]
        case 3:
          return [random.pick(oddLines) ?? '']
        case 4:
          return [
            line.slice(0, random.below(line.length + 1)),
            line.slice(random.below(line.length + 1)),
          ]
        case 5:
          return [line + random.pick([' ', '\r', '=', '-', 'A', '\0'])]
        case 6:
          return fromLatin1(other).split('\n')
        default:
          return Array.from({ length: random.oneIn(100) ? 2000 : 2 }, () => line)
      }
    })()
    lines = [...lines.slice(0, at), ...replacement, ...lines.slice(at + 1)].slice(0, 5000)
  }
  return Uint8Array.from(Buffer.from(lines.join('\n'), 'latin1'))
}
