/** Which names a file of a release may have: on every system a file of that folder, and no other's. */

import { utf8 } from '../octets.ts'

/** Octets of a file's name on most systems. */
const longest = 255

/**
 * What is wrong with a name; undefined when nothing is. A name is not a path: no / or \, neither . nor
 * .., no : (a drive or a stream of Windows), nothing else that Windows refuses in a name or reads as a
 * device, no . or space at its end, which it drops. No control character, no lone surrogate, and nothing
 * that changes how the rest is shown.
 */
export function nameObjection(name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (name === '.' || name === '..') return 'it is a folder'
  if (/[/\\]/.test(name)) return 'it is a path'
  if (name.includes(':')) return 'it has a colon'
  if (/[<>"|?*]/.test(name)) return 'it has one of < > " | ? *, which Windows has in no name'
  if (/^ |[. ]$/.test(name)) return 'it begins with a space, or ends with one or with a dot'
  if (device.test(name)) return 'it is that of a device of Windows'
  if (new RegExp(special, 'u').test(name)) return 'it has a character that is not shown as it is'
  return utf8(name).length > longest ? `it is longer than ${longest} octets` : undefined
}

/** With whatever behind a dot, and spaces before it: NUL.txt is the device too. */
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i

/** Controls, formats that hide or turn text around, line ends of Unicode, halves of characters. */
const special = '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]'

/** Equal for names that are one file where case or the form of an accent makes no difference. */
export function foldName(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
}
