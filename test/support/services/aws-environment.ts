/** The environment that the AWS SDK sees in a test: what the test says, and nothing of the machine. */

import { afterAll, beforeAll } from 'vitest'

const isolated = {
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
  // The SDK's advice on versions of Node is no concern of the tests.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
} as const

/** Sets the environment for the tests of a file; every other AWS_ variable is taken away. */
export function useAwsEnvironment(variables: Readonly<Record<string, string>> = {}): void {
  let before: NodeJS.ProcessEnv
  beforeAll(() => {
    before = { ...process.env }
    setAwsEnvironment(variables)
  })
  afterAll(() => {
    clear()
    Object.assign(process.env, before)
  })
}

/** Replaces every AWS_ variable at once, within a test. */
export function setAwsEnvironment(variables: Readonly<Record<string, string>>): void {
  clear()
  Object.assign(process.env, isolated, variables)
}

function clear(): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('AWS_')) Reflect.deleteProperty(process.env, name)
  }
}
