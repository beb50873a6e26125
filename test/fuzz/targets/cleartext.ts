/** Cleartext: one meaning or a refusal; what is read is what was signed. */

import { concat, equal, fromLatin1, utf8 } from '../../../src/octets.ts'
import { readCleartext } from '../../../src/wire/cleartext.ts'
import { cleartextOf, writeCleartext } from '../../../src/wire/cleartext-write.ts'
import { attempt, labelOf, must } from '../fuzz.ts'
import type { Outcome, Target } from '../fuzz.ts'
import { mutateOctets } from '../octets.ts'
import type { Random } from '../random.ts'
import { seedSignatures } from '../seeds.ts'

interface Cleartext {
  readonly octets: Uint8Array
  /** The text that has to come out, when nothing but the layout was changed. */
  readonly holds?: Uint8Array
}

const texts = [
  '',
  'hello',
  '- dash\n-----BEGIN PGP X-----\nFrom me',
  'a \t\n\n b\u2028\f',
  '\n\n',
  'é—\n',
]

export const cleartextTarget: Target<Cleartext> = {
  name: 'cleartext',
  inputs: 120_000,
  seeds() {
    const [signature = new Uint8Array()] = seedSignatures()
    return texts.map((text) => {
      const holds = cleartextOf(text)
      return { octets: writeCleartext(holds, ['SHA256'], signature), holds }
    })
  },
  generate(random, corpus) {
    const [one, other] = [random.pick(corpus), random.pick(corpus)]
    if (one.holds && random.oneIn(3)) return layOut(random, one.octets, one.holds)
    if (random.oneIn(4)) return { octets: mutateOctets(random, one.octets, other.octets) }
    return { octets: mutateLines(random, one.octets, other.octets) }
  },
  run,
  show: ({ octets }) => ({ octets }),
}

function run({ octets, holds }: Cleartext): Outcome {
  const { value: message, error } = attempt(() => readCleartext(octets))
  if (!message) {
    must(holds === undefined, `a message that differs in its layout was refused: ${error.message}`)
    return { framed: false, label: labelOf(error) }
  }
  const { text, hashes, signature } = message
  if (holds) must(equal(text, holds), 'the text was misread')
  must(text.length < octets.length, 'more text came out than went in')
  const lines = fromLatin1(text).split('\n')
  must(!lines.some((line) => /[\r\0]|[ \t]$/.test(line)), 'a line that readers take differently')
  mustCoverAll(fromLatin1(octets), lines)
  const again = readCleartext(writeCleartext(text, hashes, signature))
  must(equal(again.text, text), 'the text changes when it is written and read')
  must(equal(again.signature, signature), 'the signature changes when it is written and read')
  must(again.hashes.join() === hashes.join(), 'the headers change when they are written and read')
  const escaped = lines.some((line) => line.startsWith('-'))
  return { framed: true, label: `read: ${hashes.length} hashes, ${lines.length > 1}, ${escaped}` }
}

/**
 * Every line between the headers' empty line and the signature is covered, and nothing else stands
 * in the file but the frame: an attacker's text must not look signed.
 */
function mustCoverAll(input: string, covered: readonly string[]): void {
  const raw = input.split('\n')
  const lines = raw.map(withoutEnd)
  const from = lines.indexOf('') + 1
  const to = lines.indexOf('-----BEGIN PGP SIGNATURE-----')
  must(lines[0] === '-----BEGIN PGP SIGNED MESSAGE-----', 'something stands before the message')
  must(
    lines.slice(1, from - 1).every((line) => line.startsWith('Hash: ')),
    'a header that says something',
  )
  const shown = raw.slice(from, to).map((line) => withoutEnd(line.replace(/^- /, '')))
  must(shown.join('\n') === covered.join('\n'), 'lines that are not covered')
  const end = lines.indexOf('-----END PGP SIGNATURE-----')
  must(lines.slice(end + 1).join('') === '', 'something stands after the message')
}

function withoutEnd(line: string): string {
  return line.replace(/[ \t\r]+$/, '')
}

/** The same message in another layout that means the same. */
function layOut(random: Random, octets: Uint8Array, holds: Uint8Array): Cleartext {
  const ends = random.pick(['\n', '\r\n', ' \n', '\t \r\n'])
  const hashes = random.pick([
    '',
    'Hash: SHA256\n',
    'Hash: SHA256, SHA512\n',
    'Hash: SHA1\nHash: MD5\n',
  ])
  const lines = fromLatin1(octets).replace('Hash: SHA256\n', hashes).trimEnd().split('\n')
  const blank = lines.indexOf('')
  const laid = lines.map((line, index) => (index === blank ? '' : line))
  const joined = laid.map((line, index) => line + (index === blank ? '\n' : ends)).join('')
  return { octets: latin1(joined), holds }
}

const oddLines = [
  ...['', ' ', '-', '- ', '--', '- - a', '-----BEGIN PGP SIGNED MESSAGE-----', 'Hash: SHA256'],
  ...['Hash: NONE', 'Hash:SHA256', 'NotDashEscaped: yes', 'Comment: x', 'Hash: SHA256,\tSHA1'],
  ...[
    '-----BEGIN PGP SIGNATURE-----',
    '-----END PGP SIGNATURE-----',
    '- -----BEGIN PGP SIGNATURE-----',
  ],
  ...[
    '-----BEGIN PGP MESSAGE-----',
    'a\rb',
    'a\0b',
    'a\fb',
    'a\x85b',
    '\ufeff',
    'x'.repeat(20_000),
  ],
  ...['Attack\r\r', '\v', '\xa0', 'From me', '-\tx', '\r', 'Hash: \x0bSHA256'],
]

function mutateLines(random: Random, octets: Uint8Array, other: Uint8Array): Uint8Array {
  let lines = fromLatin1(octets).split('\n')
  for (let left = random.between(1, 3); left > 0; left -= 1) {
    const at = random.below(lines.length + 1)
    const [before, line = '', after] = [lines.slice(0, at), lines[at], lines.slice(at + 1)]
    const odd = random.pick(oddLines) ?? ''
    switch (random.below(7)) {
      case 0:
        lines = [...before, ...after]
        break
      case 1:
        lines = [...before, odd, line, ...after]
        break
      case 2:
        lines = [...before, odd, ...after]
        break
      case 3:
        lines = [
          ...before,
          line + random.pick([' ', '\r', '\t', '\0', '-', '\x0b', ' \r \r']),
          ...after,
        ]
        break
      case 4:
        lines = [...before, random.pick(['- ', '-', ' ', '\t']) + line, ...after]
        break
      case 5:
        lines = [...before, line, line, ...after]
        break
      default:
        lines = [...before, ...fromLatin1(other).split('\n'), ...after].slice(0, 2000)
    }
  }
  return latin1(lines.join('\n'))
}

function latin1(text: string): Uint8Array {
  return concat(...(/[^\0-\xff]/.test(text) ? [utf8(text)] : [Buffer.from(text, 'latin1')]))
}
