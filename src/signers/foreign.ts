/** Text that a service sent, made fit to stand inside one line of ours. */

const longest = 160

/** One line of at most 160 characters without control or format characters. */
export function foreignText(text: string): string {
  // Cc: control; Cf: format, among them those that turn the direction of writing; Zl, Zp: breaks.
  // A string, since V8 reads an expression with such classes even where it is never used.
  const unprintable = new RegExp('[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\s]+', 'gu')
  const line = text
    .slice(0, 4 * longest)
    .replace(unprintable, ' ')
    .trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
