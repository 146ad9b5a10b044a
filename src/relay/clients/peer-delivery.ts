import { RELAY_CLOSE } from '../../wire/relay/messages.ts'
import type { RelayLimits } from '../limits.ts'
import type { RelayStats } from '../stats.ts'
import type { StreamPosition } from '../stream-position.ts'
import type { Peer, RelayFrame } from './peer.ts'

/** How often a slow peer is checked. */
export const DRAIN_CHECK_MS = 250

/**
 * Sends messages to one peer at the rate it reads them. A slow peer receives nothing until it has caught up, then the
 * latest snapshot. A peer that does not catch up is closed, so the memory per peer is bounded.
 */
export class PeerDelivery {
  readonly #peer: Peer
  readonly #limits: RelayLimits
  readonly #stats: RelayStats
  #position: StreamPosition | null = null
  #behindSince: number | null = null
  #isClosed = false

  constructor(peer: Peer, limits: RelayLimits, stats: RelayStats) {
    this.#peer = peer
    this.#limits = limits
    this.#stats = stats
  }

  /** The address of the peer, as counted by the connection limits. */
  get address(): string {
    return this.#peer.address
  }

  get isBehind(): boolean {
    return this.#behindSince !== null
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Sends a message that matters only now; skipped while the peer is behind. */
  sendTransient(frame: RelayFrame, now: number): void {
    if (this.#mayWrite(now)) this.#write(frame)
  }

  /** Sends deltas up to a position; skipped if the peer's snapshot already contains them. */
  sendDelta(frame: RelayFrame, position: StreamPosition, now: number): void {
    const current = this.#position
    if (current === null || (current.epoch === position.epoch && current.seq >= position.seq)) return
    if (!this.#mayWrite(now)) return
    this.#write(frame)
    this.#position = position
  }

  /** Sends a full snapshot of a position. */
  sendSnapshot(frame: RelayFrame, position: StreamPosition, now: number): void {
    if (!this.#mayWrite(now)) return
    this.#write(frame)
    this.#stats.snapshots += 1
    this.#position = position
  }

  /** Sends a snapshot unless the peer already has one of that position. */
  offerSnapshot(frame: RelayFrame, position: StreamPosition, now: number): void {
    const current = this.#position
    if (current?.epoch !== position.epoch || current.seq !== position.seq)
      this.sendSnapshot(frame, position, now)
  }

  /** Returns true if a peer that was behind has caught up and needs a snapshot. */
  hasDrained(now: number): boolean {
    if (this.#behindSince === null || this.#isClosed) return false
    if (this.#peer.bufferedBytes() <= this.#limits.conflateAboveBytes / 4) {
      this.#behindSince = null
      return true
    }
    if (now - this.#behindSince >= this.#limits.undrainedMs) this.close(RELAY_CLOSE.tooSlow, 'too slow')
    return false
  }

  close(code: number, reason: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stats.recordClose(code)
    this.#peer.close(code, reason)
  }

  /** Marks the peer as disconnected. */
  disconnected(): void {
    this.#isClosed = true
  }

  #write(frame: RelayFrame): void {
    this.#stats.deliveries += frame.texts.length
    this.#peer.send(frame)
  }

  #mayWrite(now: number): boolean {
    if (this.#isClosed || this.#behindSince !== null) return false
    const buffered = this.#peer.bufferedBytes()
    if (buffered <= this.#limits.conflateAboveBytes) return true
    if (buffered > this.#limits.closeAboveBytes) this.close(RELAY_CLOSE.tooSlow, 'too slow')
    else {
      this.#behindSince = now
      this.#stats.conflated += 1
    }
    return false
  }
}
