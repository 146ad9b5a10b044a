import { expect, test } from 'vitest'
import { usd } from '../../../../src/domain/units.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { selectChangesSinceSnapshot, selectSnapshot } from '../../../../src/store/selectors/snapshot.ts'
import { INITIAL_STATE, type State } from '../../../../src/store/state.ts'
import { changeEvent, resetEvent, sampleSnapshot, statusEvent, T0 } from '../../../support/samples.ts'

const after = (...events: Parameters<typeof reduce>[1][]): State => events.reduce(reduce, INITIAL_STATE)

/** The state that somebody has who was told the picture and what comes beyond it. */
function retold(state: State): State {
  const snapshot = selectSnapshot(state)
  if (snapshot === null) throw new Error('no picture')
  const changes = selectChangesSinceSnapshot(state).map(change => ({ type: 'change', ...change }) as const)
  return after({ type: 'reset', at: T0, snapshot }, ...changes)
}

/** What is known of the account and the market, without what led to it. */
function known({ status: _s, events: _h, ended: _e, priceRanges: _p, faults: _f, ...rest }: State) {
  return rest
}

test('before the first picture there is none to tell', () => {
  expect(selectSnapshot(after(statusEvent(T0)))).toBeNull()
})

test('a picture comes out as it went in', () => {
  expect(selectSnapshot(after(resetEvent(T0)))).toEqual(sampleSnapshot(T0))
})

test('whoever is told the picture and what comes beyond knows the same, each price with its own age', () => {
  const state = after(
    resetEvent(T0),
    changeEvent(T0 + 100, { kind: 'index', indexUsd: usd(68_500) }, T0 + 90),
    changeEvent(T0 + 200, { kind: 'last-price', lastPriceUsd: usd(68_501) }, T0 + 190),
    changeEvent(T0 + 300, { kind: 'candles', range: '1m', candles: [] }, null),
  )
  expect(known(retold(state))).toEqual(known(state))
})

test('the ticker of the picture is as old as its oldest part, so that nothing looks newer than it is', () => {
  const state = after(
    resetEvent(T0),
    changeEvent(T0 + 100, { kind: 'index', indexUsd: usd(68_500) }),
    changeEvent(T0 + 100, { kind: 'last-price', lastPriceUsd: usd(68_501) }),
  )
  expect(selectSnapshot(state)?.ticker).toMatchObject({ receivedAt: T0, value: { indexUsd: 68_500 } })
})

test('prices that came without a picture’s ticker are told by themselves', () => {
  const state = after(
    resetEvent(T0, { ticker: null }),
    changeEvent(T0 + 100, { kind: 'index', indexUsd: usd(68_500) }),
  )
  expect(selectSnapshot(state)?.ticker).toBeNull()
  expect(known(retold(state))).toEqual(known(state))
})

test('a list is as old as its oldest entry', () => {
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
