import type { Picture } from '../../domain/snapshot.ts'
import type { State } from '../../store/state.ts'
import type { PictureDelta, PictureParts } from '../../wire/relay/messages.ts'

const PARTS = ['ticker', 'account', 'isolated', 'isolatedOrders', 'cross', 'crossOrders'] as const

type Part = (typeof PARTS)[number]

/** Where a state holds what a picture says in one part. The same objects: nothing was said about it since. */
function held(state: State, part: Part): readonly unknown[] {
  if (part !== 'ticker') return [state[part]]
  return [state.lastPrice, state.index, state.funding, state.buckets]
}

/** What all peers were last told in whole parts, and which of these parts a change has touched since. */
export class ToldPicture {
  #picture: Picture
  #state: State
  readonly #touched = new Set<Part>()

  constructor(picture: Picture, state: State) {
    this.#picture = picture
    this.#state = state
  }

  /** A change was told. A peer that came meanwhile has had another picture, so such a part must be told whole next time. */
  changed(state: State): void {
    for (const part of PARTS) {
      const before = held(this.#state, part)
      if (held(state, part).some((value, i) => value !== before[i])) this.#touched.add(part)
    }
    this.#state = state
  }

  /** A picture was read again: what to tell of it. */
  reread(picture: Picture, state: State): PictureDelta {
    const parts: Record<string, unknown> = {}
    let confirmedAt = picture.endedAt
    for (const part of PARTS) {
      if (this.#touched.has(part) || !isSame(this.#picture[part], picture[part])) parts[part] = picture[part]
      else confirmedAt = Math.min(confirmedAt, picture[part]?.receivedAt ?? confirmedAt)
    }
    this.#picture = picture
    this.#state = state
    this.#touched.clear()
    const { startedAt, endedAt, key, missing } = picture
    return { startedAt, endedAt, confirmedAt, key, missing, parts: parts as Partial<PictureParts> }
  }

  /** True when a picture is of another exchange, which no delta can say. */
  isElsewhere({ origin, network }: Picture): boolean {
    return origin !== this.#picture.origin || network !== this.#picture.network
  }
}

function isSame(known: PictureParts[Part], next: PictureParts[Part]): boolean {
  return JSON.stringify(known?.value) === JSON.stringify(next?.value) && known?.sourceAt === next?.sourceAt
}
