import { testSlices } from './slice.ts'
import { spkiTarget } from './targets/spki.ts'

testSlices(spkiTarget, 40)
