import type { Network, Origin } from '../../domain/snapshot.ts'
import { frameOf, type RelayFrame } from '../clients/peer.ts'
import type { Head, Voice } from './message-source.ts'

/** A snapshot says the time at which it was written, so none is used for long. */
const LIVES_MS = 1_000

/** A snapshot that is ready to be sent. */
export interface WrittenSnapshot {
  readonly frame: RelayFrame
  readonly origin: Origin
  readonly network: Network
  readonly head: Head
  readonly revision: number
  readonly at: number
  readonly of: Voice
}

/** The newest snapshot of a voice, written at most once for each thing that happens, however many ask. */
export class SnapshotCache {
  #known: WrittenSnapshot | null = null

  /** Null before the first picture. */
  of(voice: Voice, now: number): WrittenSnapshot | null {
    const known = this.#known
    if (known !== null && isStill(known, voice) && now - known.at < LIVES_MS) return known
    const message = voice.snapshot()
    if (message === null) return null
    const { origin, network } = message.picture
    const head = voice.head()
    this.#known = {
      frame: frameOf([message]),
      origin,
      network,
      head,
      revision: voice.revision(),
      at: now,
      of: voice,
    }
    return this.#known
  }
}

/** The same state can have another number: what led to it may have been told since. */
function isStill(known: WrittenSnapshot, voice: Voice): boolean {
  return known.of === voice && known.revision === voice.revision() && known.head.seq === voice.head().seq
}
