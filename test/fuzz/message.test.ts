import { testSlices } from './slice.ts'
import { messageTarget } from './targets/message.ts'

testSlices(messageTarget, 60)
