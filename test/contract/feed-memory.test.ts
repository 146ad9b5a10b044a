import { describeFeedLaws } from './feed-laws.ts'
import { openMemoryRig } from './feed-memory-rig.ts'

describeFeedLaws('straight from the exchange, in memory', openMemoryRig)
