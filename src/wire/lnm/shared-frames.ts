import { decodeFrame, type Frame } from './frame.ts'
import { isPrivateTopic } from './topics.ts'

/** The number of frames after which the older half is dropped. All connections receive a frame within seconds; a lively market sends 25 per second. */
const MAX_FRAMES = 256

/** Longer frames are not kept. */
const MAX_LENGTH = 16_384

/** Returns true for a frame about the market: it has nothing of an account, and every account receives it. */
function isPublic(frame: Frame): boolean {
  return (
    (frame.kind === 'notification' || frame.kind === 'fault') &&
    frame.topic !== null &&
    !isPrivateTopic(frame.topic)
  )
}

/**
 * Decodes frames of many connections. Public frames with equal texts are decoded once and share their value; what belongs to a connection,
 * such as the time of receipt, is not in it. The texts are compared, so a frame that differs in one character is decoded on its own.
 */
export class SharedFrames {
  #recent = new Map<string, Frame>()
  #older: ReadonlyMap<string, Frame> = new Map()

  /** As `decodeFrame`. */
  decode(text: string): Frame {
    const known = this.#recent.get(text) ?? this.#older.get(text)
    if (known !== undefined) return known
    const frame = decodeFrame(text)
    if (text.length <= MAX_LENGTH && isPublic(frame)) this.#keep(text, frame)
    return frame
  }

  /** The number of frames in memory. */
  get size(): number {
    return this.#recent.size + this.#older.size
  }

  #keep(text: string, frame: Frame): void {
    if (this.#recent.size >= MAX_FRAMES / 2) {
      this.#older = this.#recent
      this.#recent = new Map()
    }
    this.#recent.set(text, frame)
  }
}
