import { describe, expect, it } from 'vitest'
import type { FeedEvent } from '../../../../src/feed/feed.ts'
import { reduce } from '../../../../src/store/reducers/reduce.ts'
import { selectParts } from '../../../../src/store/selectors/parts.ts'
import { selectSource } from '../../../../src/store/selectors/source.ts'
import { INITIAL_STATE, type State } from '../../../../src/store/state.ts'
import { resetEvent, statusEvent, T0 } from '../../../support/samples.ts'

const stateAfter = (...events: FeedEvent[]): State => events.reduce(reduce, INITIAL_STATE)

describe('silent prices', () => {
  const silent = statusEvent(T0, { pricesSilentSince: T0 - 16_000 })

  it('make the market part silent while snapshots still keep its values fresh', () => {
    const state = stateAfter(resetEvent(T0), silent)
    expect(selectParts(state, T0 + 500).market).toMatchObject({
      state: 'silent',
      reason: 'the socket is open and has sent no prices for 16 s',
    })
    expect(selectSource(state, T0 + 500)).toMatchObject({ stale: false })
  })

  it('leave the other parts live', () => {
    const { account, isolatedPositions } = selectParts(stateAfter(resetEvent(T0), silent), T0 + 500)
    expect([account.state, isolatedPositions.state]).toEqual(['live', 'live'])
  })

  it('are no longer reported once the socket is closed or sends again', () => {
    const lost = statusEvent(T0, { pricesSilentSince: T0 - 16_000, link: 'waiting' })
    expect(selectParts(stateAfter(resetEvent(T0), lost), T0 + 500).market.state).toBe('live')
    const again = statusEvent(T0, { pricesSilentSince: null })
    expect(selectParts(stateAfter(resetEvent(T0), silent, again), T0 + 500).market.state).toBe('live')
  })
})
