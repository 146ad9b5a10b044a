import { describeFeedLaws } from './feed-laws.ts'
import { openMemoryRig } from './feed-memory-rig.ts'

describeFeedLaws('directly from the exchange, in memory', openMemoryRig)
