import { expect, test } from 'vitest'
import { usd } from '../../../../src/domain/units.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { selectChangesSinceSnapshot, selectSnapshot } from '../../../../src/store/selectors/snapshot.ts'
import { INITIAL_STATE, type State } from '../../../../src/store/state.ts'
import { changeEvent, resetEvent, sampleSnapshot, statusEvent, T0 } from '../../../support/samples.ts'

const after = (...events: Parameters<typeof reduce>[1][]): State => events.reduce(reduce, INITIAL_STATE)

/** The state restored from the snapshot and the changes since it. */
function restored(state: State): State {
  const snapshot = selectSnapshot(state)
  if (snapshot === null) throw new Error('no snapshot')
  const changes = selectChangesSinceSnapshot(state).map(change => ({ type: 'change', ...change }) as const)
  return after({ type: 'reset', at: T0, snapshot }, ...changes)
}

/** The parts of the state about account and market. */
function known({ status: _s, events: _h, ended: _e, priceRanges: _p, faults: _f, ...rest }: State) {
  return rest
}

test('returns null before the first snapshot', () => {
  expect(selectSnapshot(after(statusEvent(T0)))).toBeNull()
})

test('returns the snapshot that was applied', () => {
  expect(selectSnapshot(after(resetEvent(T0)))).toEqual(sampleSnapshot(T0))
})

test('restores the same state, each price with its own age', () => {
  const state = after(
    resetEvent(T0),
    changeEvent(T0 + 100, { kind: 'index', indexUsd: usd(68_500) }, T0 + 90),
    changeEvent(T0 + 200, { kind: 'last-price', lastPriceUsd: usd(68_501) }, T0 + 190),
    changeEvent(T0 + 300, { kind: 'candles', range: '1m', candles: [] }, null),
  )
  expect(known(restored(state))).toEqual(known(state))
})

test('stamps the ticker with the times of its oldest part', () => {
  const state = after(
    resetEvent(T0),
    changeEvent(T0 + 100, { kind: 'index', indexUsd: usd(68_500) }),
    changeEvent(T0 + 100, { kind: 'last-price', lastPriceUsd: usd(68_501) }),
  )
  expect(selectSnapshot(state)?.ticker).toMatchObject({ receivedAt: T0, value: { indexUsd: 68_500 } })
})

test('returns prices as changes if the snapshot has no ticker', () => {
  const state = after(
    resetEvent(T0, { ticker: null }),
    changeEvent(T0 + 100, { kind: 'index', indexUsd: usd(68_500) }),
  )
  expect(selectSnapshot(state)?.ticker).toBeNull()
  expect(known(restored(state))).toEqual(known(state))
})

test('stamps a list with the times of its oldest entry', () => {
  const state = after(
    resetEvent(T0),
    changeEvent(T0 + 100, {
      kind: 'trade-funded',
      id: sampleSnapshot(T0).isolated?.value[0]?.id ?? '',
      marginSats: null,
      liquidationPriceUsd: usd(66_900),
      feeSats: null,
      fundedAt: null,
    }),
  )
  const isolated = selectSnapshot(state)?.isolated
  expect(isolated?.receivedAt).toBe(T0)
  expect(isolated?.value[0]?.liquidationPriceUsd).toBe(66_900)
})
