/** Files as they are framed. */

import { expect, test } from 'vitest'
import { isSecret, readForm } from '../../../src/cli/lint/form.ts'
import { concat, utf8 } from '../../../src/octets.ts'
import { readVector } from '../../support/vectors.ts'

test('a binary file has no blocks, an armored one has each', () => {
  const binary = readForm(readVector('lint/sound.gpg'))
  expect(binary).toMatchObject({ blocks: [], failure: undefined })
  expect(binary.groups.map((group) => group.length)).toEqual([3])
  const armored = readForm(readVector('lint/armor-several-blocks.asc'))
  expect(armored.blocks.map(({ checksum }) => checksum)).toEqual(['right', 'right'])
  expect(armored.groups.map((group) => group.length)).toEqual([3, 3])
})

test('certificates are parted at their primary keys, secret ones too', () => {
  const both = concat(readVector('lint/secret-key.gpg'), readVector('lint/sound.gpg'))
  expect(readForm(both).groups.map(isSecret)).toEqual([true, false])
})

test('what cannot be read says why, and what stands before it is there', () => {
  const { failure, groups } = readForm(readVector('lint/unreadable.gpg'))
  expect(failure).toMatchObject({ code: 'malformed' })
  expect(groups.flat().map(({ type }) => type)).toEqual([6, 13])
  expect(readForm(utf8('-----BEGIN PGP PUBLIC KEY BLOCK-----\n')).failure?.code).toBe('malformed')
  expect(readForm(utf8('text')).failure?.code).toBe('malformed')
  expect(readForm(new Uint8Array()).failure?.code).toBe('malformed')
})
