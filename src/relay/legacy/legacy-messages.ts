import type { AxisorError } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Store } from '../../store/store.ts'
import { encodeLegacyMessage, type LegacyMessage } from '../../wire/relay/legacy.ts'
import { RelayFrame } from '../clients/peer.ts'
import { legacyData } from './legacy-data.ts'

/** What the old system sent as `message` of every error. */
const FETCH_FAILED = 'Failed to fetch data'

/** Encodes a message of the old protocol as one frame. */
export function legacyFrame(message: LegacyMessage): RelayFrame {
  return new RelayFrame([encodeLegacyMessage(message)])
}

/** Encodes an error. `at` is the wall clock. */
export function legacyErrorText(error: AxisorError, at: number, message = FETCH_FAILED): string {
  const { code, retryable, retryAfterMs } = error
  return encodeLegacyMessage({
    type: 'error',
    at,
    message,
    error: error.message,
    code,
    retryable,
    retryAfterMs,
  })
}

/** Encodes an error as one frame, as `legacyErrorText`. */
export function legacyErrorFrame(...error: Parameters<typeof legacyErrorText>): RelayFrame {
  return new RelayFrame([legacyErrorText(...error)])
}

/** Encodes the answers to requests for data, at most once per account and `maxAgeMs` for all of its clients. */
export class LegacyAnswers {
  readonly #clock: Clock
  readonly #maxAgeMs: number
  readonly #encoded = new WeakMap<Store, { readonly at: number; readonly frame: RelayFrame }>()

  constructor(clock: Clock, maxAgeMs: number) {
    this.#clock = clock
    this.#maxAgeMs = maxAgeMs
  }

  /** Returns the answer, or null before the first snapshot. An answer with data that is stale or lacks the positions ends with an error. */
  get(store: Store): RelayFrame | null {
    const now = this.#clock.nowMs()
    const known = this.#encoded.get(store)
    if (known !== undefined && now - known.at < this.#maxAgeMs) return known.frame
    const frame = this.#encode(store, now)
    if (frame !== null) this.#encoded.set(store, { at: now, frame })
    return frame
  }

  #encode(store: Store, now: number): RelayFrame | null {
    const state = store.state()
    if (state.lastSnapshot === null) return null
    const { data, staleSince, problem } = legacyData(state, now)
    const sentAt = this.#clock.toWall(now)
    const at = staleSince === null ? sentAt : this.#clock.toWall(staleSince)
    const texts = [encodeLegacyMessage({ type: 'data_update', at, data })]
    if (problem !== null) texts.push(encodeLegacyMessage(problemMessage(problem, sentAt)))
    return new RelayFrame(texts)
  }
}

/** The relay itself keeps trying, so the client may too. */
function problemMessage(problem: string, at: number): LegacyMessage {
  const kind = { code: 'unavailable', retryable: true, retryAfterMs: null } as const
  return { type: 'error', at, message: FETCH_FAILED, error: problem, ...kind }
}
