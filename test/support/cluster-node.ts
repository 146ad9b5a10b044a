// One relay of a cluster as a process of its own, without its clients: watches one account and tells, line by line, what a client would see.
// Its only argument is JSON: { broker: {host, port}, space, apiUrl, streamUrl, key, secret, passphrase, account }.

import { Secret } from '../../src/domain/secret.ts'
import { openDirectFeed } from '../../src/feed/exchange/direct.ts'
import { openRedisBroker } from '../../src/node/broker/redis-broker.ts'
import { openWorld } from '../../src/node/world.ts'
import { SharedRateLimiter } from '../../src/relay/rate/shared-rate-limiter.ts'
import { ClusterUpstream } from '../../src/relay/upstreams/cluster-account.ts'
import { selectPositions } from '../../src/store/selectors/positions.ts'
import { selectSource } from '../../src/store/selectors/source.ts'

/** What a node says whenever something has changed. */
export interface NodeState {
  readonly kind: 'direct' | 'relay' | null
  readonly link: string | null
  readonly why: string | null
  /** Of the owner's link, as a follower was told. */
  readonly upstream: string | null
  readonly stale: boolean
  readonly ageMs: number | null
  readonly positions: readonly string[]
}

const how = JSON.parse(process.argv[2] ?? '{}')
const world = openWorld('test')
const { clock, random } = world
const broker = await openRedisBroker(
  { ...how.broker, tls: false, username: null, password: null, db: 0 },
  how.space,
)
const net = await world.openNet()
const upstream = new ClusterUpstream(
  {
    clock,
    random,
    net,
    broker,
    budget: new SharedRateLimiter(clock, broker),
    log: { info() {}, warn() {} },
    owned: new Set(),
  },
  {
    id: how.account,
    userName: 'trader',
    host: 'exchange',
    keyDigest: how.key,
    openDirect: (guarded, requestGate, knownUnit) =>
      openDirectFeed(
        { clock, random, ...guarded },
        {
          apiUrl: how.apiUrl,
          streamUrl: how.streamUrl,
          network: 'signet',
          credentials: {
            key: how.key,
            secret: new Secret(how.secret),
            passphrase: new Secret(how.passphrase),
          },
          requestGate,
          knownUnit,
        },
      ),
  },
)

function tell(): void {
  const now = clock.nowMs()
  const state = upstream.store.state()
  const { stale, ageMs } = selectSource(state, now)
  const { status } = state
  const said: NodeState = {
    kind: status?.kind ?? null,
    link: status?.link ?? null,
    why: status?.lastError?.message ?? null,
    upstream: status?.upstream?.link ?? null,
    stale,
    ageMs,
    positions: selectPositions(state, now)
      .map(({ position }) => position.id)
      .sort(),
  }
  process.stdout.write(`${JSON.stringify(said)}\n`)
}

upstream.store.subscribe(tell)
tell()
process.on('SIGTERM', () => {
  void upstream.end().then(() => process.exit(0))
})
// The test is gone.
process.stdin.on('end', () => process.exit(1)).resume()
