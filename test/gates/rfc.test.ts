/** Every cited section of a standard exists, and is cited in the one form `RFC 9580 §5.2.4`. */

import { describe, expect, test } from 'vitest'
import { filesUnder, read, sourceFiles } from './files.ts'
import { sectionExists, standards } from './rfc-sections.ts'

const files = [
  ...sourceFiles(),
  ...filesUnder('test', '.ts').filter((path) => !path.startsWith('test/gates/')),
  ...filesUnder('docs', '.md'),
  ...filesUnder('bin', '.js'),
]

interface Citation {
  readonly place: string
  readonly rfc: string
  /** Missing where the whole standard is cited. */
  readonly section: string | undefined
}

/** `RFC 9580 §5.2.3.7 and §5.2.4` cites two; a break over two comment lines is one blank. */
function citations(place: string, text: string): Citation[] {
  const flat = text.replaceAll(/\n\s*(?:\*|\/\/)? ?/g, ' ')
  const pattern = /\bRFC[ -]?(\d{3,5})((?:[\s,;:]|\band\b|\bor\b|\bto\b|–|§+ ?[A-Z\d][\d.]*)*)/g
  return [...flat.matchAll(pattern)].flatMap(([, rfc = '', rest = '']): Citation[] => {
    const sections = [...rest.matchAll(/§+ ?([A-Z\d][\d.]*)/g)].map(([, section = '']) =>
      section.replace(/\.$/, ''),
    )
    return sections.length === 0
      ? [{ place, rfc, section: undefined }]
      : sections.map((section) => ({ place, rfc, section }))
  })
}

const all = files.flatMap((path) => citations(path, read(path)))

describe('cited standards', () => {
  test('there are citations, so the pattern finds them', () => {
    expect(all.length).toBeGreaterThan(9)
  })

  test('each cited RFC is in the table of test/gates/rfc-sections.ts', () => {
    const unknown = all.filter(({ rfc }) => standards[rfc] === undefined)
    expect(unknown.map(({ place, rfc }) => `${place}: RFC ${rfc}`)).toEqual([])
  })

  test('each cited section exists', () => {
    const missing = all.filter(({ rfc, section }) => {
      const standard = standards[rfc]
      if (section === undefined || standard?.sections === undefined) return false
      return !sectionExists(standard, section)
    })
    expect(missing.map((one) => `${one.place}: RFC ${one.rfc} §${one.section ?? ''}`)).toEqual([])
  })

  test('each is cited in the one form', () => {
    const odd = files.flatMap((path) => {
      const found = read(path).match(
        /\bRFC[-\d]\d*\b.{0,20}|\bRFC \d+,? (?:[Ss]ection|sec\.?) ?[\dA-Z].{0,12}|§ \d[\d.]*/g,
      )
      return (found ?? []).map((words) => `${path}: ${words}`)
    })
    expect(odd).toEqual([])
  })
})

describe('the table', () => {
  const openpgp = standards['9580'] ?? { title: '' }

  test.each(['1', '3.7.1.4', '5.2.1.16', '5.2.3.36', '5.2.4.1', '5.14', '13.14', '16.2'])(
    'RFC 9580 has §%s',
    (section) => {
      expect(sectionExists(openpgp, section)).toBe(true)
    },
  )

  test.each(['A', 'A.12.3', 'C'])('RFC 9580 has appendix %s', (section) => {
    expect(sectionExists(openpgp, section)).toBe(true)
  })

  test.each(['0', '17', '3.7.1.5', '5.2.3.37', '5.15', '5.2.3.36.1', '5.02', 'D', 'A.13', '5.2.'])(
    'RFC 9580 has no §%s',
    (section) => {
      expect(sectionExists(openpgp, section)).toBe(false)
    },
  )

  test('citations are read in lists and over line ends', () => {
    const text = '/** RFC 9580\n * §5.2.3.7 and §5.2.4. RFC 8017 §9.2, or RFC 3339. */'
    expect(citations('x', text)).toEqual([
      { place: 'x', rfc: '9580', section: '5.2.3.7' },
      { place: 'x', rfc: '9580', section: '5.2.4' },
      { place: 'x', rfc: '8017', section: '9.2' },
      { place: 'x', rfc: '3339', section: undefined },
    ])
  })
})
