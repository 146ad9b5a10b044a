import { API } from '../../src/wire/lnm/api-table.ts'
import { MARKET_TOPICS } from '../../src/wire/lnm/topics.ts'
import { openFakeClock } from '../../test/support/fake-clock.ts'
import { openSimulatorWorld } from '../../test/support/simulator.ts'

/** The length of a recording: one minute, so that its repetition fits the candles. */
export const RECORDED_MS = 60_000

/** Interval between two price moves. Each sends five frames: 25 per second, as in a lively market. */
export const TICK_MS = 200

/** Candles of two hours. */
const MAX_ROWS = 120

/** A frame of the stream. */
interface RecordedFrame {
  /** Ms since the start of the recording. */
  readonly at: number
  readonly text: string
}

/** What an exchange sends to one account within a minute. */
export interface Recording {
  /** When the recording starts, ms since 1970: a whole minute. */
  readonly startsAt: number
  /** In the order of their times. */
  readonly frames: readonly RecordedFrame[]
  /** Bodies of REST replies by path, made at `readAt`. */
  readonly bodies: ReadonlyMap<string, string>
  readonly readAt: number
}

/** A replayed listing is the same whatever is requested: one page, of candles as many as a relay requests. */
function onePage(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('data' in body) || !Array.isArray(body.data)) return body
  return { data: body.data.slice(0, MAX_ROWS), nextCursor: null }
}

/** Records the simulated exchange on a fake clock, which takes less time than what it records. */
export async function record(): Promise<Recording> {
  const startsAt = Math.floor(Date.now() / RECORDED_MS) * RECORDED_MS
  const world = openSimulatorWorld({ tickMs: TICK_MS }, openFakeClock(startsAt))
  const { clock, exchange } = world
  const frames: RecordedFrame[] = []
  const session = exchange.openSession({
    send(text) {
      if (text.includes('"subscription"')) frames.push({ at: clock.nowMs() - startsAt, text })
    },
    close() {},
    cut() {},
  })
  for (const request of world.authFrames()) session.receive(request)
  const params = { topics: MARKET_TOPICS }
  session.receive(JSON.stringify({ jsonrpc: '2.0', id: 'market', method: 'subscribe', params }))
  await clock.advance(RECORDED_MS - 1)
  session.closed()

  const bodies = new Map<string, string>()
  for (const [route, scope] of Object.values(API.routes)) {
    // The simulated exchange answers one public request per second.
    if (scope === null) await clock.advance(1_000)
    const path = `${API.basePath}${route}`
    const body = await world.read(path)
    bodies.set(path, JSON.stringify(onePage(body)))
  }
  exchange.close()
  return { startsAt, frames, bodies, readAt: clock.nowMs() }
}
