/** The commands, in the order of the help. */

import type { Command } from '../command.ts'
import { doctor } from './doctor.ts'
import { inspect } from './inspect.ts'
import { keysAddUserId } from './keys-add-user-id.ts'
import { keysBindSubkey } from './keys-bind-subkey.ts'
import { keysEndorse } from './keys-endorse.ts'
import { keysExport } from './keys-export.ts'
import { keysExtend } from './keys-extend.ts'
import { keysGenerate } from './keys-generate.ts'
import { keysLint } from './keys-lint.ts'
import { keysMerge } from './keys-merge.ts'
import { keysMint } from './keys-mint.ts'
import { keysRevoke } from './keys-revoke.ts'
import { keysShow } from './keys-show.ts'
import { keysWkd } from './keys-wkd.ts'
import { releaseSign } from './release-sign.ts'
import { releaseVerify } from './release-verify.ts'
import { rotateStart } from './rotate-start.ts'
import { rotateStatus } from './rotate-status.ts'
import { rotateAbort, rotateFinish, rotateSwitch } from './rotate-steps.ts'
import { sign } from './sign.ts'
import { verify } from './verify.ts'
import { wkdCheck } from './wkd-check.ts'
import { wkdFetch } from './wkd-fetch.ts'
import { wkdServe } from './wkd-serve.ts'

export const commands: readonly Command[] = [
  keysGenerate,
  keysMint,
  keysBindSubkey,
  keysAddUserId,
  keysExtend,
  keysRevoke,
  keysMerge,
  keysExport,
  keysShow,
  keysEndorse,
  keysLint,
  keysWkd,
  sign,
  verify,
  releaseSign,
  releaseVerify,
  wkdFetch,
  wkdCheck,
  wkdServe,
  inspect,
  doctor,
  rotateStart,
  rotateSwitch,
  rotateFinish,
  rotateAbort,
  rotateStatus,
]
