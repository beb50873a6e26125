/** The server of examples/http-signer, as its page says to start it. */

import { join } from 'node:path'
import { projectRoot } from '../../provision/probe.ts'
import { venvPython } from '../parts.ts'
import { startService, type Service } from './service.ts'

export const exampleProgram: string = join(projectRoot, 'examples/exec-signer/signer.py')
const server = join(projectRoot, 'examples/http-signer/server.py')

/** Over http on this machine, or over TLS where `more`, its arguments, say so. */
export function startExampleSigner(...more: readonly string[]): Promise<Service> {
  return startService({
    name: 'examples/http-signer',
    path: venvPython(),
    args: (port) => [server, '--port', String(port), ...more],
    tls: more.includes('--tls-cert'),
    env: () => ({ PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' }),
  })
}
