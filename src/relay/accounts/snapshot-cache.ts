import type { Network, Origin } from '../../domain/snapshot.ts'
import { frameOf, type RelayFrame } from '../clients/peer.ts'
import type { StreamPosition } from '../stream-position.ts'
import type { MessageSource } from './message-source.ts'

/** A snapshot contains the time of its encoding, so it is reused only briefly. */
const MAX_AGE_MS = 1_000

/** A snapshot that is ready to be sent. */
export interface EncodedSnapshot {
  readonly frame: RelayFrame
  readonly origin: Origin
  readonly network: Network
  readonly position: StreamPosition
  readonly revision: number
  readonly encodedAt: number
  readonly source: MessageSource
}

/** Caches the latest snapshot of a source, so that it is encoded once per state for all subscribers. */
export class SnapshotCache {
  #cached: EncodedSnapshot | null = null

  /** Returns the snapshot, or null if the source has none yet. */
  get(source: MessageSource, now: number): EncodedSnapshot | null {
    const cached = this.#cached
    if (cached !== null && isCurrent(cached, source) && now - cached.encodedAt < MAX_AGE_MS) return cached
    const message = source.snapshot()
    if (message === null) return null
    const { origin, network } = message.snapshot
    const position = source.position()
    this.#cached = {
      frame: frameOf([message]),
      origin,
      network,
      position,
      revision: source.revision(),
      encodedAt: now,
      source,
    }
    return this.#cached
  }
}

/** The number must match too: deltas of the same state may have been sent since. */
function isCurrent(cached: EncodedSnapshot, source: MessageSource): boolean {
  return (
    cached.source === source &&
    cached.revision === source.revision() &&
    cached.position.seq === source.position().seq
  )
}
