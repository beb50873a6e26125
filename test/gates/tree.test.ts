/** The top level of the repository holds what is listed here and nothing else. */

import { expect, test } from 'vitest'
import { read, versionedFiles } from './files.ts'

const allowed = new Set([
  ...['package.json', 'package-lock.json', 'tsconfig.json'],
  ...['src', 'test', 'vectors', 'bench', 'bin', 'README.md'],
  ...['LICENSE', 'SECURITY.md', 'CHANGELOG.md', 'docs', 'examples', 'terraform'],
  ...['.ci', '.gitignore', '.npmrc', '.prettierignore'],
])

test('the top level holds only what is allowed', () => {
  const top = new Set(versionedFiles().map((path) => path.split('/')[0] ?? path))
  expect([...top].filter((name) => !allowed.has(name))).toEqual([])
})

test('no file of a build, a cache or an editor is versioned', () => {
  const stray = versionedFiles().filter((path) =>
    /(?:^|\/)(?:node_modules|dist|\.cache|\.idea|\.vscode)\/|\.(?:tsbuildinfo|tgz|orig|swp|log)$|~$/.test(
      path,
    ),
  )
  expect(stray).toEqual([])
})

test('no private key is versioned outside of the test vectors', () => {
  const pattern = new RegExp(
    `-----BEGIN (?:[A-Z]+ )*PRIVATE KEY${'-'.repeat(5)}\\s+[A-Za-z0-9+/]{60}`,
  )
  const keys = versionedFiles()
    .filter((path) => !path.startsWith('vectors/'))
    .filter((path) => /\.(?:pem|key|asc|ts|js|md|json|txt)$/.test(path))
    .filter((path) => pattern.test(readOrEmpty(path)))
  expect(keys).toEqual([])
})

test('the licence is Apache-2.0, in full', () => {
  expect(read('LICENSE')).toContain('Version 2.0, January 2004')
  expect(read('LICENSE')).toContain('END OF TERMS AND CONDITIONS')
  expect(JSON.parse(read('package.json'))).toMatchObject({ license: 'Apache-2.0' })
})

/** A file that is deleted and not yet committed is listed by git and not there. */
function readOrEmpty(path: string): string {
  try {
    return read(path)
  } catch {
    return ''
  }
}
