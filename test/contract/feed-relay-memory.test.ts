import { describeFeedLaws } from './feed-laws.ts'
import { openRelayMemoryRig } from './feed-relay-memory-rig.ts'

const MINUTES = 60_000

describeFeedLaws('from a relay, in memory', () => openRelayMemoryRig({ client: 0, relays: [0] }))
describeFeedLaws('from two chained relays with skewed clocks, in memory', () =>
  openRelayMemoryRig({ client: 0, relays: [5 * MINUTES, -3 * MINUTES] }),
)
