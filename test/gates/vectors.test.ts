/**
 * Every file under vectors/ is named by the index of its folder: `index.json`, an array of
 * `{ id, files, origin, licence, made, expectation }`, with `file` for a single one.
 */

import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesUnder, read } from './files.ts'

interface Entry {
  readonly id?: unknown
  readonly file?: unknown
  readonly files?: unknown
  readonly [key: string]: unknown
}

const files = filesUnder('vectors')
const indexes = files.filter((path) => posix.basename(path) === 'index.json')

function entriesOf(index: string): Entry[] {
  const parsed: unknown = JSON.parse(read(index))
  return Array.isArray(parsed) ? (parsed as Entry[]) : []
}

function filesOf(entry: Entry): unknown[] {
  return [entry.file, entry.files].flat().filter((name) => name !== undefined)
}

describe('vectors', () => {
  test('there is an index, and each is an array that is not empty', () => {
    expect(indexes.length).toBeGreaterThan(0)
    expect(indexes.filter((index) => entriesOf(index).length === 0)).toEqual([])
  })

  test('each file is named by the index of its own folder', () => {
    const named = new Set(
      indexes.flatMap((index) =>
        entriesOf(index)
          .flatMap(filesOf)
          .map((name) => `${posix.dirname(index)}/${String(name)}`),
      ),
    )
    const orphans = files.filter((path) => !indexes.includes(path) && !named.has(path))
    expect(orphans).toEqual([])
  })

  test('each name in an index is a file of that folder', () => {
    const dangling = indexes.flatMap((index) =>
      entriesOf(index)
        .flatMap(filesOf)
        .filter((name) => !files.includes(`${posix.dirname(index)}/${String(name)}`))
        .map((name) => `${index}: ${String(name)}`),
    )
    expect(dangling).toEqual([])
  })

  test('each entry says what it is, whose, and what is expected', () => {
    const incomplete = indexes.flatMap((index) =>
      entriesOf(index).flatMap((entry) => {
        const absent = ['id', 'origin', 'licence', 'made'].filter((key) => !isText(entry[key]))
        if (filesOf(entry).length === 0) absent.push('file')
        if (!isText(entry['expectation']) && !isRecord(entry['expectation'])) {
          absent.push('expectation')
        }
        return absent.length === 0 ? [] : [`${index}: ${String(entry.id)}: ${absent.join(', ')}`]
      }),
    )
    expect(incomplete).toEqual([])
  })

  test('no id is used twice', () => {
    const ids = indexes.flatMap((index) =>
      entriesOf(index).map(({ id }) => `${posix.dirname(index)}/${String(id)}`),
    )
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
  })
})

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}
