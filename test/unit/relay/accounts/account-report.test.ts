import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import { linkReportOf } from '../../../../src/relay/accounts/account-report.ts'
import { openMetrics } from '../../../../src/relay/http/metrics.ts'
import { openLiveRelayRig, openRelayRig } from '../../../support/relay-rig.ts'
import { madeStatus, statusEvent, T0 } from '../../../support/samples.ts'

const lost = new AxisorError('connection-lost', 'the exchange closed the connection')

describe('reports on accounts', () => {
  test('name clients, link and age of data', async () => {
    const { relay, connect, token } = await openLiveRelayRig()
    await connect(token)
    expect(relay.accounts()).toMatchObject([
      {
        ...{
          userId: 'ann',
          userName: 'ann',
          subscribers: 2,
          isStale: false,
          isOwner: null,
          staleReasons: [],
        },
        link: { state: 'live', error: null },
      },
    ])
  })

  test('say since when and why data is stale', async () => {
    const { relay, clock, dispatch } = await openLiveRelayRig()
    dispatch(statusEvent(T0 + 1_000, { link: 'waiting', since: T0 + 1_000, attempt: 2, lastError: lost }))
    await clock.advance(29_000)
    expect(relay.accounts()).toMatchObject([{ isStale: false, link: { state: 'waiting', error: lost } }])
    await clock.advance(20_000)
    const [report] = relay.accounts()
    expect(report).toMatchObject({ isStale: true, link: { state: 'waiting', since: T0 + 1_000 } })
    expect(report?.ageMs).toBeGreaterThan(48_000)
    expect(report?.staleReasons.length).toBeGreaterThan(0)
  })

  test('count an account without data as stale after 30 s', async () => {
    const { relay, clock, addUser, connect } = openRelayRig()
    await connect(await addUser('ann'))
    await clock.advance(20_000)
    expect(relay.accounts()).toMatchObject([{ isStale: false, link: { state: 'idle' } }])
    await clock.advance(15_000)
    expect(relay.accounts()).toMatchObject([{ isStale: true }])
  })

  test('leave out accounts that are no longer watched', async () => {
    const { relay, clock, first } = await openLiveRelayRig({ lingerMs: 1_000 })
    first.session?.closed()
    await clock.advance(2_000)
    expect(relay.accounts()).toEqual([])
  })

  test('show the link behind another relay, and a refused key', () => {
    const hop = {
      ...({
        kind: 'direct',
        link: 'waiting',
        transport: 'stream',
        since: T0,
        attempt: 1,
        retryAt: null,
      } as const),
      ...{
        lastError: { code: lost.code, message: lost.message },
        rttMs: null,
        limitedUntil: null,
        upstream: null,
      },
    }
    expect(linkReportOf(madeStatus({ kind: 'relay', upstream: hop }))).toEqual({
      ...{ state: 'waiting', since: T0, error: { code: lost.code, message: lost.message } },
    })
    const error = new AxisorError('key-refused', 'api.test answered 401')
    const refusal = { since: T0 + 5, attempt: 1, retryAt: null, error }
    expect(linkReportOf(madeStatus({ refusal }))).toEqual({ state: 'waiting', since: T0 + 5, error })
    expect(linkReportOf(null)).toEqual({ state: 'idle', since: null, error: null })
  })
})

describe('the log', () => {
  const links = (logged: readonly string[]) => logged.filter(line => line.includes('"link '))

  test('has one line when a link is lost, and one when it is found', async () => {
    const { clock, dispatch, logged } = await openLiveRelayRig()
    dispatch(statusEvent(T0 + 1_000, { link: 'waiting', lastError: lost }))
    dispatch(statusEvent(T0 + 1_500, { link: 'dialing', lastError: lost, attempt: 1 }))
    dispatch(statusEvent(T0 + 1_800, { link: 'waiting', lastError: lost, attempt: 2 }))
    await clock.advance(65_000)
    expect(links(logged)).toEqual(['["link lost",{"user":"ann","code":"connection-lost"}]'])
    dispatch(statusEvent(clock.nowMs()))
    dispatch(statusEvent(clock.nowMs()))
    expect(links(logged).slice(1)).toEqual(['["link found",{"user":"ann","seconds":65}]'])
  })

  test('has a line for a link that is never found, and none for one that starts or is closed in order', async () => {
    const { clock, addUser, connect, upstream, logged, relay } = openRelayRig()
    await connect(await addUser('ann'))
    const { store } = upstream('ann')
    store.dispatch(statusEvent(T0, { link: 'dialing' }))
    store.dispatch(statusEvent(T0, { link: 'preparing' }))
    expect(links(logged)).toEqual([])
    store.dispatch(statusEvent(T0, { link: 'waiting', lastError: lost, attempt: 1 }))
    expect(links(logged)).toHaveLength(1)
    store.dispatch(statusEvent(T0))
    await relay.stop()
    store.dispatch(statusEvent(clock.nowMs(), { link: 'stopped' }))
    expect(links(logged)).toHaveLength(2)
  })
})

test('metrics count accounts by link, stale ones and the oldest data, and are 0 before the first event', async () => {
  const { relay, clock, dispatch } = await openLiveRelayRig()
  const server = { refused: new Map(), cutConnections: () => 0, certificateEndsAt: T0 }
  const metrics = openMetrics(relay, server, '1.2.3')
  const value = async (name: string) =>
    new RegExp(`^axisor_relay_${name.replaceAll(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(
      await metrics.text(),
    )?.[1]
  expect(await value('account_links{state="live"}')).toBe('1')
  expect(await value('account_links{state="waiting"}')).toBe('0')
  expect(await value('stale_accounts')).toBe('0')
  expect(await value('owned_accounts')).toBe('1')
  expect(await value('broker_connected')).toBeUndefined()
  expect(Number(await value('certificate_expiry_timestamp_seconds'))).toBe(T0 / 1000)
  for (const name of ['closed_total{code="4401"}', 'closed_total{code="1008"}', 'closed_total{code="4500"}'])
    expect([name, await value(name)]).toEqual([name, '0'])
  for (const status of [400, 401, 403, 404, 409, 413, 421, 426, 429, 500, 502, 503])
    expect([status, await value(`refused_total{status="${status}"}`)]).toEqual([status, '0'])
  for (const outcome of ['delivered', 'failed', 'retried'])
    expect(await value(`alert_attempts_total{outcome="${outcome}"}`)).toBe('0')
  dispatch(statusEvent(T0 + 1_000, { link: 'waiting', lastError: lost }))
  await clock.advance(50_000)
  expect(await value('account_links{state="live"}')).toBe('0')
  expect(await value('account_links{state="waiting"}')).toBe('1')
  expect(await value('stale_accounts')).toBe('1')
  expect(Number(await value('oldest_data_seconds'))).toBeGreaterThan(49)
})
