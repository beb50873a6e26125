/** A vitest reporter: the names of skipped tests, and one plain closing line of counts. */

import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    const skipped: string[] = []
    for (const module of modules) {
      // A file that could not be collected has no tests to count: it counts as a failure itself.
      counts.failed += module.errors().length
      // So does a suite whose preparation failed: its tests never ran.
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'pending' || state === 'skipped') {
          counts.skipped += 1
          skipped.push(`${module.relativeModuleId}: ${test.fullName}`)
        } else {
          counts[state] += 1
        }
      }
    }
    if (skipped.length > 0) console.log(`\nSkipped:\n  ${skipped.join('\n  ')}`)
    const { passed, failed, skipped: left } = counts
    console.log(`\n${String(passed)} passed, ${String(failed)} failed, ${String(left)} skipped`)
  }
}
