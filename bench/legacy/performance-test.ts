// The old system's `performance-test.js`: how long a client waits for data, over a WebSocket and over HTTP.
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../result.ts'
import { httpUrl, OldClient, withRelay } from './client.ts'
import { mean, OLD, row, spread, title } from './figures.ts'

const ROUNDS = 50

/** The first rounds run code that is not compiled yet, and open connections. */
const WARMING_ROUNDS = 10

/** A relay accepts 10 requests of one client per second. */
const PAUSE_MS = 110

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

await withRelay(async target => {
  const client = new OldClient(target)
  await client.next('connection')
  const headers = { authorization: `Bearer ${target.token}` }
  const overHttp = async () => {
    const response = await fetch(httpUrl(target, '/v1/snapshot'), { headers })
    if (!response.ok) throw new Error(`answered ${response.status}`)
    await response.text()
  }
  const [webSocket, http]: [number[], number[]] = [[], []]
  for (let i = 0; i < WARMING_ROUNDS + ROUNDS; i += 1) {
    await sleep(PAUSE_MS)
    const found = [await timed(() => client.refresh()), await timed(overHttp)] as const
    if (i < WARMING_ROUNDS) continue
    webSocket.push(found[0])
    http.push(found[1])
  }
  await client.close()
  title(`Latency: ${ROUNDS} requests for data, one after the other`)
  row('WebSocket', OLD.webSocketMs, spread(webSocket))
  row('HTTP', OLD.httpMs, spread(http))
  row('WebSocket : HTTP', OLD.ratio, `× ${(mean(webSocket) / mean(http)).toFixed(2)}`)
  row('medians', '', `WebSocket ${median(webSocket).toFixed(2)} ms, HTTP ${median(http).toFixed(2)} ms`)
})
