import { testSlices } from './slice.ts'
import { packetsTarget } from './targets/packets.ts'

testSlices(packetsTarget, 150)
