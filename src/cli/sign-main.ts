/** The entry of the thin longhand-sign: what `longhand sign` does, and nothing else. */

import { sign } from './commands/sign.ts'
import { processIo } from './io.ts'
import { endProcess, run } from './run.ts'

const io = processIo()
void run(io, () => sign.execute(process.argv.slice(2), io)).then(endProcess)
