/** Simple commands out of shell text, as far as documentation writes it. */

/** A command's words, without quotes; what a variable stands for is left as it is written. */
export type ShellCommand = readonly string[]

const separators = new Set(['\n', ';', '&', '|', '(', ')'])

/** Every simple command, those in $(…) included; redirections and comments are left out. */
export function shellCommands(text: string): ShellCommand[] {
  const commands: ShellCommand[] = []
  let words: string[] = []
  let word: string | undefined
  let redirected = false
  const endWord = (): void => {
    if (word !== undefined && !redirected) words.push(word)
    if (word !== undefined) redirected = false
    word = undefined
  }
  const endCommand = (): void => {
    endWord()
    if (words.length > 0) commands.push(words)
    words = []
  }
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\') {
      at++
      if (text.charAt(at) !== '\n') word = (word ?? '') + text.charAt(at)
    } else if (character === "'") {
      const end = closing(text, "'", at)
      word = (word ?? '') + text.slice(at + 1, end)
      at = end
    } else if (character === '"') {
      const { value, end, inner } = doubleQuoted(text, at)
      word = (word ?? '') + value
      commands.push(...inner)
      at = end
    } else if (text.startsWith('$(', at)) {
      const end = substitutionEnd(text, at)
      commands.push(...shellCommands(text.slice(at + 2, end)))
      word = (word ?? '') + '$()'
      at = end
    } else if (character === '#' && word === undefined) {
      at = (text.indexOf('\n', at) + 1 || text.length + 1) - 2
    } else if (character === '<' || character === '>') {
      if (word !== undefined && /^\d$/.test(word)) word = undefined
      endWord()
      while ('<>&'.includes(text.charAt(at + 1)) && text.charAt(at + 1) !== '') at++
      redirected = true
    } else if (separators.has(character)) endCommand()
    else if (/\s/.test(character)) endWord()
    else word = (word ?? '') + character
  }
  endCommand()
  return commands
}

function closing(text: string, quote: string, from: number): number {
  const end = text.indexOf(quote, from + 1)
  return end === -1 ? text.length : end
}

function doubleQuoted(
  text: string,
  from: number,
): { readonly value: string; readonly end: number; readonly inner: ShellCommand[] } {
  let value = ''
  const inner: ShellCommand[] = []
  for (let at = from + 1; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '"') return { value, end: at, inner }
    if (character === '\\') value += text.charAt(++at)
    else if (text.startsWith('$(', at)) {
      const end = substitutionEnd(text, at)
      inner.push(...shellCommands(text.slice(at + 2, end)))
      value += '$()'
      at = end
    } else value += character
  }
  return { value, end: text.length, inner }
}

function substitutionEnd(text: string, from: number): number {
  let depth = 0
  for (let at = from + 1; at < text.length; at++) {
    if (text.charAt(at) === '(') depth++
    else if (text.charAt(at) === ')' && --depth === 0) return at
  }
  return text.length
}

/** Words before the program: of the shell, an assignment, or a runner with its options. */
const before =
  /^(?:if|then|else|elif|do|while|until|!|time|exec|sudo|env|npx|--yes|-y|--no-install|\{|\w+=.*)$/s

export interface LonghandCall {
  readonly program: string
  readonly args: readonly string[]
}

/** The calls of longhand and longhand-sign among them. */
export function longhandCalls(text: string): LonghandCall[] {
  return shellCommands(text).flatMap((words) => {
    const start = words.findIndex((word) => !before.test(word))
    const [program = '', ...args] = start === -1 ? [] : words.slice(start)
    const name = /^(?:.*\/)?(longhand(?:-[a-z]+)?)(?:\.cjs|@[\w.-]+)?$/.exec(program)?.[1]
    if (program === 'node') return longhandCalls(args.join(' '))
    return name === undefined ? [] : [{ program: name, args }]
  })
}
