/** JSON for programs that a terminal may see as well. */

/** What some terminal acts on or hides; JSON itself escapes the controls below space only. */
const special = '[\\u007f-\\u009f\\p{Cf}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]'

/** JSON in one line; special characters stand as `\uXXXX`, which reads the same. */
export function jsonLine(value: unknown): string {
  return escapeSpecial(JSON.stringify(value))
}

/** Indented JSON that ends a line. */
export function jsonText(value: unknown): string {
  return `${escapeSpecial(JSON.stringify(value, undefined, 2))}\n`
}

function escapeSpecial(json: string): string {
  return json.replace(new RegExp(special, 'gu'), escapeUnits)
}

function escapeUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
