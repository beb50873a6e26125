/** The list of a release's files and their digests, as sha256sum of GNU writes it. */

import { OpenPGPError, isOpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { fromUtf8, toHex, utf8 } from '../octets.ts'
import { foldName, nameObjection } from './names.ts'

/** A file of a release. */
export interface ManifestEntry {
  /** In the folder of the manifest; never a path. */
  readonly name: string
  /** SHA-256, 64 digits of lower case. */
  readonly sha256: string
}

/**
 * Reads a manifest: lines of a digest, two spaces (or a space and an asterisk) and a name. Read it from
 * the very octets whose signature was verified. Everything has to be as sha256sum writes it, of names
 * that are files of one folder on every system: `malformed` for a path, `.` or `..`, a colon, a control
 * character, a name that occurs twice (also if only by case, or by the form of an accent), a line with
 * a backslash (how GNU escapes names that could not be read otherwise), an empty manifest, a last line
 * that does not end. `limit` beyond `limits.manifestOctets`.
 */
export function readManifest(octets: Uint8Array): ManifestEntry[] {
  if (octets.length > limits.manifestOctets) {
    throw new OpenPGPError('limit', `a manifest of ${octets.length} octets`)
  }
  const text = fromUtf8(octets)
  if (text === undefined) throw malformed('it is not UTF-8')
  const lines = text.split('\n')
  if (lines.pop() !== '') throw malformed('its last line does not end')
  return requireEntries(lines.map(readLine))
}

/** Writes a manifest, sorted by name. `usage` for entries that could not be read again. */
export function writeManifest(entries: readonly ManifestEntry[]): Uint8Array {
  const sorted = [...entries].sort((a, b) => compareOctets(a.name, b.name))
  try {
    requireEntries(sorted)
    return utf8(sorted.map(writeLine).join(''))
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    throw new OpenPGPError('usage', error.message, { hint: 'give the file another name' })
  }
}

function writeLine({ name, sha256 }: ManifestEntry): string {
  if (/^[0-9a-f]{64}$/.test(sha256)) return `${sha256}  ${name}\n`
  throw malformed('a digest is not SHA-256 in lower case')
}

function readLine(line: string, index: number): ManifestEntry {
  const [, sha256, name] = /^([0-9a-f]{64}) [ *](.*)$/su.exec(line) ?? []
  if (sha256 !== undefined && name !== undefined) return { name, sha256 }
  throw malformed(`line ${index + 1} is not a SHA-256 digest and a name`)
}

function requireEntries(entries: ManifestEntry[]): ManifestEntry[] {
  if (entries.length === 0) throw malformed('it lists no file')
  const seen = new Map<string, string>()
  for (const { name } of entries) {
    const shown = JSON.stringify(name.slice(0, 100))
    const objection = nameObjection(name)
    if (objection !== undefined) throw malformed(`the name ${shown}: ${objection}`)
    const folded = foldName(name)
    const other = seen.get(folded)
    if (other !== undefined) {
      if (other === name) throw malformed(`the name ${shown} occurs twice`)
      const names = `the names ${JSON.stringify(other.slice(0, 100))} and ${shown}`
      throw malformed(`${names} are one file on some systems`)
    }
    seen.set(folded, name)
  }
  return entries
}

/** The order of their octets, which is that of the code points. */
function compareOctets(a: string, b: string): number {
  const [left, right] = [toHex(utf8(a)), toHex(utf8(b))]
  return left < right ? -1 : left === right ? 0 : 1
}

function malformed(why: string): OpenPGPError {
  return new OpenPGPError('malformed', `this is no manifest of a release: ${why}`)
}
