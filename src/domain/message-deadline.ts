import { DeadlineTimer, type TimerClock } from './deadline-timer.ts'

const FIN = 0x80
const MASKED = 0x80
const LENGTH = 0x7f
const LENGTH_16 = 126
const LENGTH_64 = 127
const MASK_BYTES = 4

/** An opcode with this bit is one of a control frame, which may stand between the fragments of a message. */
const CONTROL = 0x08

/** A connection that ends when a message is late. */
interface Terminable {
  terminate(): void
}

/**
 * Limits how long a message of a WebSocket may stay unfinished. Libraries bound its size, but buffer its fragments without a time
 * limit, while pongs keep the connection alive. Follows the frame headers of one direction and skips the payloads.
 */
export class MessageDeadline {
  readonly #clock: TimerClock
  readonly #limitMs: number
  readonly #connection: Terminable
  /** Made for the first message that does not arrive whole: those of most connections do. */
  #timer: DeadlineTimer | null = null
  #isClosed = false
  /** The start of a header that is split between chunks. */
  #header: Uint8Array | null = null
  #payloadLeft = 0
  /** The frame's first byte. */
  #first = 0
  /** True between the first and the last fragment of a message. */
  #isFragmented = false
  /** When the first byte of the unfinished message or frame arrived; null if there is none. */
  #since: number | null = null

  constructor(clock: TimerClock, limitMs: number, connection: Terminable) {
    this.#clock = clock
    this.#limitMs = limitMs
    this.#connection = connection
  }

  /** Reads received bytes. */
  read(received: Uint8Array): void {
    let at = 0
    let chunk = received
    if (this.#header !== null) {
      chunk = new Uint8Array(this.#header.length + received.length)
      chunk.set(this.#header)
      chunk.set(received, this.#header.length)
      this.#header = null
    }
    while (at < chunk.length) {
      if (this.#payloadLeft > 0) {
        const skipped = Math.min(this.#payloadLeft, chunk.length - at)
        this.#payloadLeft -= skipped
        at += skipped
      } else {
        const length = headerLength(chunk, at)
        if (length === null) {
          this.#header = chunk.slice(at)
          break
        }
        this.#first = chunk[at] ?? 0
        this.#payloadLeft = payloadLength(chunk, at)
        at += length
      }
      if (this.#payloadLeft === 0) this.#endFrame()
    }
    if (this.#isFragmented || this.#payloadLeft > 0 || this.#header !== null) this.#watch()
  }

  /** Ends the watch. */
  close(): void {
    this.#isClosed = true
    this.#timer?.close()
  }

  #watch(): void {
    if (this.#isClosed) return
    this.#since ??= this.#clock.nowMs()
    this.#timer ??= new DeadlineTimer(this.#clock, () => this.#onDue())
    this.#timer.armBy(this.#since + this.#limitMs)
  }

  #onDue(): void {
    if (this.#since === null) return
    if (this.#clock.nowMs() - this.#since >= this.#limitMs) this.#connection.terminate()
    else this.#timer?.armBy(this.#since + this.#limitMs)
  }

  #endFrame(): void {
    if ((this.#first & CONTROL) === 0) this.#isFragmented = (this.#first & FIN) === 0
    if (!this.#isFragmented) this.#since = null
  }
}

/** Returns the length of the header that starts at `at`, in bytes; null if the chunk ends before it. */
function headerLength(chunk: Uint8Array, at: number): number | null {
  if (at + 2 > chunk.length) return null
  const second = chunk[at + 1] ?? 0
  const length = second & LENGTH
  const lengthBytes = length === LENGTH_16 ? 2 : length === LENGTH_64 ? 8 : 0
  const bytes = 2 + lengthBytes + ((second & MASKED) === 0 ? 0 : MASK_BYTES)
  return at + bytes > chunk.length ? null : bytes
}

/** Returns the length of the payload from the complete header that starts at `at`. */
function payloadLength(chunk: Uint8Array, at: number): number {
  const length = (chunk[at + 1] ?? 0) & LENGTH
  const lengthBytes = length === LENGTH_16 ? 2 : length === LENGTH_64 ? 8 : 0
  if (lengthBytes === 0) return length
  let payload = 0
  for (let i = 0; i < lengthBytes; i += 1) payload = payload * 256 + (chunk[at + 2 + i] ?? 0)
  return payload
}
