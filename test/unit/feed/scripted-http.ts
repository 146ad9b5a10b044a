import type { Http, HttpReply } from '../../../src/ports/net.ts'
import type { FakeClock } from '../../support/fake-clock.ts'

/** A received request and its time of arrival, our clock. */
export interface ReceivedRequest {
  readonly at: number
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
}

/** HTTP that replies from a script after `roundTripMs` and records its requests. */
export function scriptedHttp(
  clock: FakeClock,
  reply: (request: ReceivedRequest) => Partial<HttpReply>,
  roundTripMs = 10,
): Http & { readonly requests: readonly ReceivedRequest[] } {
  const requests: ReceivedRequest[] = []
  return {
    requests,
    close: () => {},
    get: (_origin, target, headers) =>
      new Promise(resolve => {
        const request = { at: clock.nowMs(), target, headers }
        requests.push(request)
        const response = { status: 200, headers: {}, body: '', ...reply(request) }
        clock.after(roundTripMs, () => resolve(response))
      }),
  }
}
