/** Text of a service that was given a secret, and may say it back. */

import { foreignText } from './foreign.ts'

/** Letters and digits of a secret that must not be seen together. */
const telling = 8

/**
 * Makes foreign text fit for one line, as `foreignText` does, and withholds all of it where eight
 * letters or digits in a row are those of a secret, whatever stands between them.
 */
export function foreignTextWithout(secrets: readonly string[]): (text: string) => string {
  // One that is shorter than four letters is no secret, and would be found in everything.
  const folded = secrets.map(fold).filter((secret) => secret.length >= 4)
  return (text) => {
    const line = foreignText(text)
    const words = fold(line)
    const repeats = folded.some((secret) => shareRun(words, secret))
    return repeats ? 'its words are withheld: they repeat a secret' : line
  }
}

function fold(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '')
}

function shareRun(words: string, secret: string): boolean {
  const run = Math.min(telling, secret.length)
  for (let at = 0; at + run <= words.length; at += 1) {
    if (secret.includes(words.slice(at, at + run))) return true
  }
  return false
}
