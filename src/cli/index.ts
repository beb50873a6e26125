/** The commands of longhand as a table, and what runs them: to build a tool of your own on. Node only. */

export { defineCommand, usageError } from './command.ts'
export type {
  Command,
  CommandSpec,
  Invocation,
  OptionSpec,
  OptionTable,
  OptionValues,
} from './command.ts'
export { commands } from './commands/index.ts'
export { exitStatuses } from './exit-codes.ts'
export { processIo } from './io.ts'
export type { Io } from './io.ts'
export { say } from './run.ts'
export { runTool, runToolProcess } from './tool.ts'
export type { Tool } from './tool.ts'
