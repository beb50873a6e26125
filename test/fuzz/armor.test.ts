import { testSlices } from './slice.ts'
import { armorTarget } from './targets/armor.ts'

testSlices(armorTarget, 100)
