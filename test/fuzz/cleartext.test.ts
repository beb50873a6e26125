import { testSlices } from './slice.ts'
import { cleartextTarget } from './targets/cleartext.ts'

testSlices(cleartextTarget, 25)
