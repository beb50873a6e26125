/** The commands, all of them loaded, in the order of the help. */

import type { Command } from '../command.ts'
import { commandTable } from './table.ts'

export const commands: readonly Command[] = await Promise.all(
  commandTable.map(({ load }) => load()),
)
