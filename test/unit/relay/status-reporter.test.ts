import { expect, test } from 'vitest'
import { AxisorError } from '../../../src/domain/error.ts'
import { decodeRelayStatus } from '../../../src/wire/relay/status-document.ts'
import { openLiveRelayRig } from '../../support/relay-rig.ts'
import { statusEvent, T0 } from '../../support/samples.ts'

const lost = new AxisorError('connection-lost', 'the exchange closed the connection')

test('answers a request with its clients and accounts, once', async () => {
  const { clock, store, connect, token, dispatch } = await openLiveRelayRig()
  await connect(token)
  dispatch(statusEvent(T0 + 1_000, { link: 'waiting', since: T0 + 1_000, attempt: 1, lastError: lost }))
  await clock.advance(60_000)
  await store.requestStatus('r-1')
  await clock.advance(500)
  const [answer, ...others] = await store.statuses('r-1')
  expect(others).toEqual([])
  const decoded = decodeRelayStatus(answer?.document ?? '')
  if (!decoded.ok) throw new Error(decoded.fault.message)
  expect(decoded.value).toMatchObject({
    isBrokerUp: null,
    connections: [{ tokenId: 'token of ann', user: 'ann', clients: 2, since: T0 }],
    accounts: [
      {
        ...{ user: 'ann', clients: 2, link: 'waiting', linkSince: T0 + 1_000, isStale: true, isOwner: null },
        linkError: 'connection-lost: the exchange closed the connection',
      },
    ],
    refused: [],
  })
  expect(decoded.value.accounts[0]?.freshAt).toBeLessThanOrEqual(T0 + 1_000)
  const revision = await store.revision()
  await store.addUser({ id: 'u-9', name: 'nine', createdAt: T0 })
  await store.putStatus({ request: 'r-1', relay: answer?.relay ?? '', document: 'kept' })
  await clock.advance(500)
  expect(await store.revision()).toBe(revision + 1)
  expect((await store.statuses('r-1'))[0]?.document).toBe('kept')
})

test('reports a refused key with its next attempt', async () => {
  const { clock, store, dispatch } = await openLiveRelayRig()
  const error = new AxisorError('key-refused', 'api.test answered 401')
  dispatch(statusEvent(T0, { refusal: { since: T0, attempt: 1, retryAt: T0 + 30_000, error } }))
  await store.requestStatus('r-1')
  await clock.advance(500)
  const decoded = decodeRelayStatus((await store.statuses('r-1'))[0]?.document ?? '')
  expect(decoded).toMatchObject({
    ok: true,
    value: {
      refused: [
        { userId: 'ann', error: 'key-refused: api.test answered 401', since: T0, nextAttemptAt: T0 + 30_000 },
      ],
    },
  })
})

test('goes on watching for revoked tokens if the answer cannot be written', async () => {
  const { clock, store, first, logged } = await openLiveRelayRig()
  store.putStatus = async () => {
    throw new AxisorError('config', 'the disk is full')
  }
  await store.requestStatus('r-1')
  await clock.advance(500)
  expect(logged.join()).toContain('status not written')
  await store.revokeToken('token of ann', T0)
  await clock.advance(500)
  expect(first.closedWith()?.code).toBe(4401)
})

test('takes a key with a new time for a new key: a refused account is opened again at once', async () => {
  const { clock, store, connect, token, upstreams, dispatch } = await openLiveRelayRig()
  const error = new AxisorError('key-refused', 'api.test answered 401')
  dispatch(statusEvent(T0, { link: 'stopped', lastError: error }))
  await clock.advance(1_000)
  expect((await connect(token)).closedWith()?.code).toBe(4500)
  expect(upstreams('ann')).toHaveLength(1)
  const account = await store.account('ann')
  if (account === null) throw new Error('no account')
  await store.replaceAccount(account, { ...account, updatedAt: clock.nowMs() })
  expect((await connect(token)).closedWith()).toBeNull()
  expect(upstreams('ann')).toHaveLength(2)
})
