import { testSlices } from './slice.ts'
import { verifyTarget } from './targets/verify.ts'

testSlices(verifyTarget, 200)
