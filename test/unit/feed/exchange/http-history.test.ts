import { expect, onTestFinished, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { openDirectFeed } from '../../../../src/feed/exchange/direct.ts'
import type { Http, Sockets } from '../../../../src/ports/net.ts'
import { openSeededRandom } from '../../../../src/simulator/seeded-random.ts'
import { openStore } from '../../../../src/store/store.ts'
import { credentialsOf } from '../../../contract/feed-rig.ts'
import { openDefaultAlerts } from '../../../support/alert-log.ts'
import { openSimulatorWorld } from '../../../support/simulator.ts'

/** Each connection is refused, as by a firewall that lets HTTPS through only. */
const REFUSED: Sockets = {
  open(_url, listener) {
    queueMicrotask(() => listener.failed(new AxisorError('unreachable', 'the firewall refused the stream')))
    return { send() {}, ping() {}, terminate() {} }
  },
}

/** An account that is watched for 20 s. Notices are listed by event, level and kind. */
async function watched(sockets: (world: ReturnType<typeof openSimulatorWorld>) => Sockets) {
  const world = openSimulatorWorld()
  const { clock, exchange, transport } = world
  const targets: string[] = []
  const http: Http = {
    ...transport.http,
    get(origin, target, ...rest) {
      targets.push(target)
      return transport.http.get(origin, target, ...rest)
    },
  }
  const store = openStore()
  const alerts = openDefaultAlerts(store, clock)
  const notices: string[] = []
  alerts.subscribe(change => {
    for (const { event, alert } of change.notices) notices.push(`${event} ${alert.level} ${alert.message}`)
  })
  const feed = openDirectFeed(
    { clock, random: openSeededRandom(1, 'feed'), http, sockets: sockets(world) },
    {
      apiUrl: 'http://127.0.0.1/v3',
      streamUrl: 'ws://127.0.0.1/v1',
      network: 'mainnet',
      credentials: credentialsOf(exchange.credentials),
      policy: { candlesAndHistory: true },
    },
  )
  onTestFinished(() => {
    feed.stop()
    alerts.close()
    exchange.close()
  })
  feed.start(event => store.dispatch(event))
  await clock.advance(20_000)
  notices.length = 0
  const until = async (pattern: RegExp, maxMs: number): Promise<number> => {
    for (let ms = 0; ms <= maxMs; ms += 100) {
      if (notices.some(notice => pattern.test(notice))) return ms
      await clock.advance(100)
    }
    throw new Error(`no notice ${pattern} within ${maxMs} ms:\n${notices.join('\n')}`)
  }
  return { ...world, store, notices, targets, until }
}

test('behind a firewall that blocks the stream, an isolated liquidation is reported as one, and 24 hours are known', async () => {
  const { knob, store, until, notices } = await watched(() => REFUSED)
  expect(store.state().status).toMatchObject({ transport: 'http' })
  expect(store.state().history?.value.closed?.length).toBeGreaterThan(0)
  knob({ do: 'liquidate' })
  expect(await until(/^firing liquidated isolated long 10,000 USD .* was LIQUIDATED/, 15_000)).toBeLessThan(
    10_000,
  )
  expect(notices.filter(notice => notice.includes('has not reported how'))).toEqual([])
})

test('behind such a firewall a cross liquidation is reported as one', async () => {
  const { knob, until } = await watched(() => REFUSED)
  knob({ do: 'liquidate', mode: 'cross' })
  expect(await until(/^firing liquidated cross .* was LIQUIDATED/, 15_000)).toBeLessThan(12_000)
})

test('on a socket that is open and silent a liquidation is reported as one', async () => {
  const { knob, until } = await watched(({ transport }) => transport.sockets)
  knob({ do: 'mute', ms: 90_000 })
  knob({ do: 'liquidate' })
  expect(await until(/^firing liquidated isolated long 10,000 USD .* was LIQUIDATED/, 40_000)).toBeLessThan(
    20_000,
  )
})

test('an end that the stream reports costs one read of the history', async () => {
  const { knob, until, clock, targets } = await watched(({ transport }) => transport.sockets)
  await clock.advance(10_000)
  targets.length = 0
  knob({ do: 'liquidate' })
  await until(/^firing liquidated /, 10_000)
  await clock.advance(10_000)
  expect(targets.filter(target => target.startsWith('/v3/futures/isolated/trades/closed'))).toHaveLength(1)
})
