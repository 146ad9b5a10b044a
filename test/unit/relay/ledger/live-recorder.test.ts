import { expect, test } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import type { KeepOutcome, LiveRows } from '../../../../src/ports/ledger-worker.ts'
import { openMemoryRelayStore } from '../../../../src/relay/auth/memory-store.ts'
import { LiveRecorder } from '../../../../src/relay/ledger/live-recorder.ts'
import { openStore } from '../../../../src/store/store.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { changeEvent, resetEvent, statusEvent, T0 } from '../../../support/samples.ts'

const MINUTE = 60_000

function openRig() {
  const clock = openFakeClock(T0)
  const sent: LiveRows[][] = []
  const logged: string[] = []
  let outcome: KeepOutcome | AxisorError = 'kept'
  let isOwner = true
  const recorder = new LiveRecorder({
    clock,
    log: { info() {}, warn: (...line) => void logged.push(JSON.stringify(line)), error() {} },
    store: openMemoryRelayStore(),
    worker: {
      async keep(items) {
        sent.push([...items])
        if (outcome instanceof AxisorError) throw outcome
        const found = outcome
        return items.map(() => found)
      },
    },
  })
  const watch = (userId: string) => {
    const store = openStore()
    store.dispatch(statusEvent(T0))
    store.dispatch(resetEvent(T0))
    const ownership = { isOwner: () => isOwner, onChange: () => () => {} }
    const stop = recorder.watch({ userId, keyVersion: 1, network: 'mainnet', store, ownership })
    const cancel = (id: string) =>
      store.dispatch(
        changeEvent(clock.nowMs(), {
          ...{ kind: 'cross-order-ended', id, why: 'canceled', side: 'long' },
          ...{ quantityUsd: 10, priceUsd: null, endedAt: null },
        }),
      )
    return { store, stop, cancel }
  }
  return {
    ...{ clock, recorder, sent, logged, watch },
    answer(next: KeepOutcome | AxisorError) {
      outcome = next
    },
    own(next: boolean) {
      isOwner = next
    },
    ids: () => sent.flat().flatMap(({ rows }) => rows.canceledOrders?.map(({ id }) => id) ?? []),
  }
}

test('sends one message a minute for all accounts', async () => {
  const { clock, sent, watch } = openRig()
  const accounts = ['ann', 'bob'].map(watch)
  for (const { cancel } of accounts) cancel('o1')
  await clock.advance(MINUTE)
  expect(sent.map(items => items.map(({ userId }) => userId))).toEqual([['ann', 'bob']])
})

test('sends a canceled cross order once', async () => {
  const { clock, ids, watch } = openRig()
  watch('ann').cancel('o1')
  await clock.advance(3 * MINUTE)
  expect(ids()).toEqual(['o1'])
})

test.each<[string, KeepOutcome | AxisorError]>([
  ['busy', 'busy'],
  ['failing', 'failed'],
  ['without a thread', new AxisorError('unavailable', 'the thread has ended')],
])('keeps rows for the next minute while the ledger is %s', async (_what, outcome) => {
  const { clock, ids, logged, watch, answer } = openRig()
  answer(outcome)
  const { cancel } = watch('ann')
  cancel('o1')
  await clock.advance(2 * MINUTE)
  cancel('o2')
  answer('kept')
  await clock.advance(2 * MINUTE)
  expect(ids().slice(-2)).toEqual(['o1', 'o2'])
  expect(logged.length).toBeLessThanOrEqual(outcome === 'failed' ? 1 : 2)
})

test('sends nothing for an account without a ledger until a document was made', async () => {
  const { clock, sent, watch, answer, recorder } = openRig()
  answer('no-ledger')
  const { cancel } = watch('ann')
  cancel('o1')
  await clock.advance(5 * MINUTE)
  expect(sent).toHaveLength(1)
  answer('kept')
  recorder.opened('ann')
  cancel('o2')
  await clock.advance(MINUTE)
  expect(sent).toHaveLength(2)
})

test('keeps the rows of a damaged ledger until a document was made, and logs it once', async () => {
  const { clock, ids, logged, watch, answer, recorder } = openRig()
  answer('damaged')
  watch('ann').cancel('o1')
  await clock.advance(5 * MINUTE)
  expect(logged).toEqual([expect.stringContaining('damaged ledger kept aside')])
  answer('kept')
  recorder.opened('ann')
  await clock.advance(MINUTE)
  expect(ids()).toEqual(['o1', 'o1'])
})

test('leaves an account to the relay of the cluster that watches it', async () => {
  const { clock, sent, watch, own } = openRig()
  own(false)
  const { cancel } = watch('ann')
  cancel('o1')
  await clock.advance(5 * MINUTE)
  expect(sent).toEqual([])
})

test('writes what is left when an account is closed, and when the relay stops', async () => {
  const { clock, ids, watch, recorder } = openRig()
  const ann = watch('ann')
  const bob = watch('bob')
  ann.cancel('o1')
  ann.stop()
  await clock.settle()
  expect(ids()).toEqual(['o1'])
  bob.cancel('o2')
  await recorder.close()
  expect(ids()).toEqual(['o1', 'o2'])
  expect(clock.pendingTimers()).toBe(0)
})
