import type { KeyPermissions } from '../../../../src/domain/account.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import type { Change } from '../../../../src/domain/snapshot.ts'
import type { SessionHost } from '../../../../src/feed/connection/protocol.ts'
import { HistoryPoller } from '../../../../src/feed/exchange/history-poller.ts'
import { RestClient } from '../../../../src/feed/exchange/rest-client.ts'
import { SnapshotReader } from '../../../../src/feed/exchange/snapshot-reader.ts'
import { DEFAULT_POLICY } from '../../../../src/feed/policy.ts'
import type { HttpReply } from '../../../../src/ports/net.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { T0 } from '../../../support/samples.ts'
import { scriptedHttp } from '../scripted-http.ts'

const CREDENTIALS = { key: 'k', secret: new Secret('s'), passphrase: new Secret('p') }

export type Reply = (cursor: string | null, from: string | null) => Partial<HttpReply>

/** What the poller publishes last within `ms`; `replies` by path, an empty page unless given. */
export async function poll(
  replies: Readonly<Record<string, Reply>>,
  ms = 50_000,
  key: KeyPermissions | null = null,
  clockAheadMs = 0,
) {
  const clock = openFakeClock(T0)
  const http = scriptedHttp(clock, ({ target }) => {
    const { pathname, searchParams } = new URL(target, 'https://api.host')
    const reply = replies[pathname]?.(searchParams.get('cursor'), searchParams.get('from'))
    return reply ?? { body: '{"data":[],"nextCursor":null}' }
  })
  const rest = new RestClient(
    { http, clock },
    { apiUrl: 'https://api.host/v3', credentials: CREDENTIALS, requestMs: 10_000 },
  )
  rest.exchangeClock.addSample(T0 - clockAheadMs, T0, T0)
  const changes: Change[] = []
  const faults: string[] = []
  const host = {
    change: (change: Change) => void changes.push(change),
    fault: ({ where }: { where: string }) => void faults.push(where),
  } as unknown as SessionHost
  const policy = { ...DEFAULT_POLICY, candlesAndHistory: true }
  const reader = new SnapshotReader(rest, clock, 'mainnet', true)
  if (key !== null) reader.setPermissions(key)
  const poller = new HistoryPoller(clock, policy, rest, reader, host)
  poller.start()
  await clock.advance(ms)
  poller.stop()
  const history = changes.findLast(change => change.kind === 'history')?.history ?? null
  const candles = changes.find(change => change.kind === 'candles')?.candles.length ?? null
  const histories = changes.flatMap(change => (change.kind === 'history' ? [change.history] : []))
  return { history, histories, candles, faults, targets: http.requests.map(({ target }) => target) }
}
