/** The entry of the thin longhand-sign: what `longhand sign` does, and nothing else. */

import { sign } from './commands/sign.ts'
import { endProcess } from './end.ts'
import { processIo } from './io.ts'
import { run } from './run.ts'
import { holdSignals } from './signals.ts'

const io = holdSignals(processIo())
void run(io, () => sign.execute(process.argv.slice(2), io)).then((status) => endProcess(status, io))
