import { DeadlineTimer, type TimerClock } from './deadline-timer.ts'

const FIN = 0x80
const MASKED = 0x80
const LENGTH = 0x7f
const LENGTH_16 = 126
const LENGTH_64 = 127
const MASK_BYTES = 4

/** An opcode with this bit is one of a control frame, which may stand between the fragments of a message. */
const CONTROL = 0x08

/**
 * Limits how long a message of a WebSocket may stay unfinished. Libraries bound its size, but buffer its fragments without a time
 * limit, while pongs keep the connection alive. Follows the frame headers of one direction and skips the payloads.
 */
export class MessageDeadline {
  readonly #clock: TimerClock
  readonly #limitMs: number
  readonly #timer: DeadlineTimer
  #header: number[] = []
  #payloadLeft = 0
  /** True between the first and the last fragment of a message. */
  #isFragmented = false
  /** When the first byte of the unfinished message or frame arrived; null if there is none. */
  #since: number | null = null

  constructor(clock: TimerClock, limitMs: number, onLate: () => void) {
    this.#clock = clock
    this.#limitMs = limitMs
    this.#timer = new DeadlineTimer(clock, () => {
      if (this.#since === null) return
      if (clock.nowMs() - this.#since >= limitMs) onLate()
      else this.#timer.armBy(this.#since + limitMs)
    })
  }

  /** Reads received bytes. */
  read(chunk: Uint8Array): void {
    const now = this.#clock.nowMs()
    let at = 0
    while (at < chunk.length) {
      this.#since ??= now
      if (this.#payloadLeft > 0) {
        const skipped = Math.min(this.#payloadLeft, chunk.length - at)
        this.#payloadLeft -= skipped
        at += skipped
      } else {
        this.#header.push(chunk[at] ?? 0)
        at += 1
        if (!this.#readHeader()) continue
      }
      if (this.#payloadLeft === 0) this.#endFrame()
    }
    if (this.#since !== null) this.#timer.armBy(this.#since + this.#limitMs)
  }

  /** Ends the watch. */
  close(): void {
    this.#timer.close()
  }

  /** Sets the payload's length from the header; false if the header is incomplete. */
  #readHeader(): boolean {
    const [, second = 0, ...rest] = this.#header
    const length = second & LENGTH
    const lengthBytes = length === LENGTH_16 ? 2 : length === LENGTH_64 ? 8 : 0
    const maskBytes = (second & MASKED) === 0 ? 0 : MASK_BYTES
    if (this.#header.length < 2 + lengthBytes + maskBytes) return false
    this.#payloadLeft =
      lengthBytes === 0 ? length : rest.slice(0, lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0)
    return true
  }

  #endFrame(): void {
    const [first = 0] = this.#header
    this.#header = []
    if ((first & CONTROL) === 0) this.#isFragmented = (first & FIN) === 0
    if (!this.#isFragmented) this.#since = null
  }
}
