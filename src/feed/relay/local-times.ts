import type { Picture } from '../../domain/snapshot.ts'
import type { Stamped } from '../../domain/stamp.ts'
import type { Hop } from '../../domain/status.ts'
import type { PictureDelta, PictureParts, RelayUpstream } from '../../wire/relay/messages.ts'
import type { Facts } from '../connection/protocol.ts'
import type { RelayClock } from './relay-clock.ts'

function stampedOurs<T>(stamped: Stamped<T> | null, clock: RelayClock): Stamped<T> | null {
  return stamped && { ...stamped, receivedAt: clock.ours(stamped.receivedAt) }
}

/** A relay's picture with its times on our clock. What the exchange said stays on the exchange's. */
export function pictureOurs(picture: Picture, clock: RelayClock): Picture {
  const startedAt = clock.began(picture.startedAt)
  return {
    ...picture,
    startedAt,
    endedAt: Math.max(startedAt, clock.ours(picture.endedAt)),
    ticker: stampedOurs(picture.ticker, clock),
    account: stampedOurs(picture.account, clock),
    isolated: stampedOurs(picture.isolated, clock),
    isolatedOrders: stampedOurs(picture.isolatedOrders, clock),
    cross: stampedOurs(picture.cross, clock),
    crossOrders: stampedOurs(picture.crossOrders, clock),
  }
}

/** The picture after it was read again, still on the relay's clock: what is left out is as it was, and confirmed. */
export function pictureAfter(known: Picture, delta: PictureDelta): Picture {
  const { startedAt, endedAt, confirmedAt, key, missing, parts } = delta
  function part<K extends keyof PictureParts>(name: K): PictureParts[K] {
    const told: PictureParts[K] | undefined = parts[name]
    if (told !== undefined) return told
    const before = known[name]
    return before && { ...before, receivedAt: confirmedAt }
  }
  return {
    origin: known.origin,
    network: known.network,
    startedAt,
    endedAt,
    key,
    missing,
    ticker: part('ticker'),
    account: part('account'),
    isolated: part('isolated'),
    isolatedOrders: part('isolatedOrders'),
    cross: part('cross'),
    crossOrders: part('crossOrders'),
  }
}

function hopOurs(hop: Hop, clock: RelayClock): Hop {
  return {
    ...hop,
    since: clock.ours(hop.since),
    retryAt: hop.retryAt === null ? null : clock.ours(hop.retryAt),
    upstream: hop.upstream && hopOurs(hop.upstream, clock),
  }
}

/** What is learned from what a relay says of its own link. The exchange is as far from us as from the relay, and the relay from us. */
export function factsOf({ hop, exchangeClockOffsetMs }: RelayUpstream, clock: RelayClock): Facts {
  const { offsetMs } = clock
  const isKnown = exchangeClockOffsetMs !== null && offsetMs !== null
  return {
    upstream: hopOurs(hop, clock),
    clockOffsetMs: isKnown ? exchangeClockOffsetMs + offsetMs : null,
  }
}
