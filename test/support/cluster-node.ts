// One relay of a cluster as a process, without clients: watches one account and prints, line by line, what a client
// would see. Its only argument is JSON: { broker: {host, port}, space, apiUrl, streamUrl, key, secret, passphrase,
// account }.

import { NO_PROXY_RULES } from '../../src/domain/proxy.ts'
import { Secret } from '../../src/domain/secret.ts'
import { openDirectFeed } from '../../src/feed/exchange/direct.ts'
import { openRedisBroker } from '../../src/node/broker/redis-broker.ts'
import { openWorld } from '../../src/node/world.ts'
import { SharedRateLimiter } from '../../src/relay/rate/shared-rate-limiter.ts'
import { ClusterUpstream } from '../../src/relay/upstreams/cluster-account.ts'
import { selectPositions } from '../../src/store/selectors/positions.ts'
import { selectSource } from '../../src/store/selectors/source.ts'

/** The line that a node prints after every change. */
export interface NodeState {
  readonly kind: 'direct' | 'relay' | null
  readonly link: string | null
  readonly why: string | null
  /** The owner's upstream, as reported to a follower. */
  readonly upstream: string | null
  readonly stale: boolean
  readonly ageMs: number | null
  readonly positions: readonly string[]
}

const options = JSON.parse(process.argv[2] ?? '{}')
const world = openWorld('test')
const { clock, random } = world
const broker = await openRedisBroker(
  { ...options.broker, tls: false, username: null, password: null, db: 0 },
  options.space,
)
const net = await world.openNet(NO_PROXY_RULES)
const upstream = new ClusterUpstream(
  {
    clock,
    random,
    net,
    broker,
    rateLimiter: new SharedRateLimiter(clock, broker),
    log: { info() {}, warn() {}, error() {} },
    owned: new Set(),
  },
  {
    id: options.account,
    userName: 'trader',
    host: 'exchange',
    keyDigest: options.key,
    openDirect: (guarded, requestGate, known) =>
      openDirectFeed(
        { clock, random, ...guarded },
        {
          apiUrl: options.apiUrl,
          streamUrl: options.streamUrl,
          network: 'signet',
          credentials: {
            key: options.key,
            secret: new Secret(options.secret),
            passphrase: new Secret(options.passphrase),
          },
          requestGate,
          ...known,
        },
      ),
  },
)

function printState(): void {
  const now = clock.nowMs()
  const state = upstream.store.state()
  const { stale, ageMs } = selectSource(state, now)
  const { status } = state
  const line: NodeState = {
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
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

upstream.store.subscribe(printState)
printState()
process.on('SIGTERM', () => {
  void upstream.stop().then(() => process.exit(0))
})
// The test process has exited.
process.stdin.on('end', () => process.exit(1)).resume()
