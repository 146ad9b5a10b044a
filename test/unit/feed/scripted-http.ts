import type { Http, HttpReply } from '../../../src/ports/net.ts'
import type { FakeClock } from '../../support/fake-clock.ts'

/** One request as it came, and when. */
export interface Asked {
  readonly at: number
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
}

/** HTTP that answers from a script, `tripMs` later, and writes down what it was asked. */
export function scriptedHttp(
  clock: FakeClock,
  answer: (asked: Asked) => Partial<HttpReply>,
  tripMs = 10,
): Http & { readonly asked: readonly Asked[] } {
  const asked: Asked[] = []
  return {
    asked,
    close: () => {},
    get: (_origin, target, headers) =>
      new Promise(resolve => {
        const each = { at: clock.nowMs(), target, headers }
        asked.push(each)
        const reply = { status: 200, headers: {}, body: '', ...answer(each) }
        clock.after(tripMs, () => resolve(reply))
      }),
  }
}
