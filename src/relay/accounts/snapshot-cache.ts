import type { Network, Origin } from '../../domain/snapshot.ts'
import { frameOf, type RelayFrame } from '../clients/peer.ts'
import type { MessageSource, StreamPosition } from './message-source.ts'

/** A snapshot says the time at which it was written, so none is used for long. */
const LIVES_MS = 1_000

/** A snapshot that is ready to be sent. */
export interface EncodedSnapshot {
  readonly frame: RelayFrame
  readonly origin: Origin
  readonly network: Network
  readonly position: StreamPosition
  readonly revision: number
  readonly at: number
  readonly of: MessageSource
}

/** The newest snapshot of a voice, written at most once for each thing that happens, however many ask. */
export class SnapshotCache {
  #known: EncodedSnapshot | null = null

  /** Null before the first picture. */
  get(source: MessageSource, now: number): EncodedSnapshot | null {
    const known = this.#known
    if (known !== null && isStill(known, source) && now - known.at < LIVES_MS) return known
    const message = source.snapshot()
    if (message === null) return null
    const { origin, network } = message.snapshot
    const head = source.position()
    this.#known = {
      frame: frameOf([message]),
      origin,
      network,
      position: head,
      revision: source.revision(),
      at: now,
      of: source,
    }
    return this.#known
  }
}

/** The same state can have another number: what led to it may have been told since. */
function isStill(known: EncodedSnapshot, source: MessageSource): boolean {
  return (
    known.of === source &&
    known.revision === source.revision() &&
    known.position.seq === source.position().seq
  )
}
