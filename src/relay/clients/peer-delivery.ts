import { RELAY_CLOSE } from '../../wire/relay/messages.ts'
import type { StreamPosition } from '../accounts/message-source.ts'
import type { RelayLimits } from '../limits.ts'
import type { RelayStats } from '../stats.ts'
import type { Peer, RelayFrame } from './peer.ts'

/**
 * Sends to one peer what it can take. A peer that does not read gets nothing more until it has, then the newest snapshot; one that
 * does not catch up is closed. So what waits in our memory is bounded, however many peers stall.
 */
export class PeerDelivery {
  readonly #peer: Peer
  readonly #limits: RelayLimits
  readonly #stats: RelayStats
  #position: StreamPosition | null = null
  #behindSince: number | null = null
  #isClosed = false

  constructor(peer: Peer, limits: RelayLimits, counts: RelayStats) {
    this.#peer = peer
    this.#limits = limits
    this.#stats = counts
  }

  get isBehind(): boolean {
    return this.#behindSince !== null
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** What is of use only now: left out while the peer is behind. */
  sendTransient(frame: RelayFrame, now: number): void {
    if (this.#mayWrite(now)) this.#write(frame)
  }

  /** Data up to `head`; left out if the peer has that already, from a snapshot. */
  sendDelta(frame: RelayFrame, head: StreamPosition, now: number): void {
    const known = this.#position
    if (known === null || (known.epoch === head.epoch && known.seq >= head.seq)) return
    if (!this.#mayWrite(now)) return
    this.#write(frame)
    this.#position = head
  }

  /** A whole snapshot, numbered `head`. */
  sendSnapshot(frame: RelayFrame, head: StreamPosition, now: number): void {
    if (!this.#mayWrite(now)) return
    this.#write(frame)
    this.#stats.snapshots += 1
    this.#position = head
  }

  /** The same, unless the peer has a snapshot of that number already. */
  offerSnapshot(frame: RelayFrame, head: StreamPosition, now: number): void {
    const known = this.#position
    if (known?.epoch !== head.epoch || known.seq !== head.seq) this.sendSnapshot(frame, head, now)
  }

  /** Looks whether a peer that is behind has caught up; true if it needs a snapshot now. */
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
    this.#stats.close(code)
    this.#peer.close(code, reason)
  }

  /** The peer is gone. */
  gone(): void {
    this.#isClosed = true
  }

  #write(frame: RelayFrame): void {
    this.#stats.deliveries += frame.texts.length
    this.#peer.send(frame)
  }

  #mayWrite(now: number): boolean {
    if (this.#isClosed || this.#behindSince !== null) return false
    const waiting = this.#peer.bufferedBytes()
    if (waiting <= this.#limits.conflateAboveBytes) return true
    if (waiting > this.#limits.closeAboveBytes) this.close(RELAY_CLOSE.tooSlow, 'too slow')
    else {
      this.#behindSince = now
      this.#stats.conflated += 1
    }
    return false
  }
}
