import { testSlices } from './slice.ts'
import { signatureTarget } from './targets/signature.ts'

testSlices(signatureTarget, 300)
