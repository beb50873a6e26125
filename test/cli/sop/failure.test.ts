import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { failures, nameOfFailure, SopFailure } from '../../../src/cli/sop/failure.ts'
import type { FailureName } from '../../../src/cli/sop/failure.ts'
import { errorCodes, OpenPGPError } from '../../../src/errors.ts'
import type { ErrorCode } from '../../../src/errors.ts'

/** The draft's own table, section Failure Modes, but for those of encryption and hardware. */
const table = `
  1 unspecified-failure       3 no-signature              13 unsupported-asymmetric-algo
  19 missing-arg              37 unsupported-option       41 bad-data
  53 expected-text            59 output-exists            61 missing-input
  67 key-is-protected         69 unsupported-subcommand   71 unsupported-special-prefix
  73 ambiguous-input          79 key-cannot-sign          83 incompatible-options
  89 unsupported-profile`

test("the numbers are the draft's", () => {
  const rows = [...table.matchAll(/(\d+) ([a-z-]+)/g)].map(([, status, name]) => [
    name,
    Number(status),
  ])
  expect(failures).toEqual(Object.fromEntries(rows))
})

test('each failure keeps its name, and has a code of the engine', () => {
  for (const name of Object.keys(failures) as FailureName[]) {
    const failure = new SopFailure(name, 'why', { hint: 'how' })
    expect(nameOfFailure(failure)).toBe(name)
    expect(errorCodes).toHaveProperty(failure.code)
    expect(failure).toMatchObject({ message: 'why', hint: 'how' })
  }
})

test('each code of the engine has a failure', () => {
  const names = (Object.keys(errorCodes) as ErrorCode[]).map((code) => [
    code,
    nameOfFailure(new OpenPGPError(code, 'x')),
  ])
  expect(names.filter(([, name]) => !Object.hasOwn(failures, name ?? ''))).toEqual([])
  expect(Object.fromEntries(names)).toMatchObject({
    malformed: 'bad-data',
    'signature-bad': 'no-signature',
    'certificate-expired': 'key-cannot-sign',
    'input-missing': 'missing-input',
  })
})

test('docs/sop.md has the same table', () => {
  const page = readFileSync('docs/sop.md', 'utf8')
  const rows = [...page.matchAll(/ (\d+) \| `([a-z-]+)`/g)].map(([, status, name]) => [
    name,
    Number(status),
  ])
  expect(Object.fromEntries(rows)).toEqual(failures)
})
