import { describe, expect, it } from 'vitest'
import { openStore } from '../../../../src/store/store.ts'
import { changeEvent, madeCross, readAt, resetEvent, T0 } from '../../../support/samples.ts'

function crossOf(quantityUsd: number, updatedAt: number) {
  const { position } = madeCross()
  return madeCross({ position: position && { ...position, quantityUsd }, updatedAt })
}

function openCrossStore() {
  const store = openStore()
  store.dispatch(resetEvent(T0, { cross: readAt(T0, crossOf(1_000, T0)) }))
  const moves = () =>
    store
      .state()
      .events.flatMap(event =>
        event.kind === 'cross'
          ? `${event.event} ${event.before?.quantityUsd} ${event.cross.position?.quantityUsd}`
          : [],
      )
  return { store, moves }
}

describe('a cross position with another size in a snapshot', () => {
  it('is an event without a name', () => {
    const { store, moves } = openCrossStore()
    store.dispatch(resetEvent(T0 + 10_000, { cross: readAt(T0 + 10_000, crossOf(400, T0 + 5_000)) }))
    expect(moves()).toEqual(['null 1000 400'])
  })

  it('is no event if a message after the start of the read is newer than it', () => {
    const { store, moves } = openCrossStore()
    const read = T0 + 10_000
    const message = changeEvent(read + 50, {
      ...{ kind: 'cross-position', event: 'limit' },
      cross: crossOf(3_000, read + 50),
    })
    store.dispatch(message)
    store.dispatch(resetEvent(read, { cross: readAt(read, crossOf(1_000, T0)) }))
    // The feed repeats what arrived during the read.
    store.dispatch(message)
    expect(moves()).toEqual(['limit 1000 3000'])
  })

  it('is no event of its own if a message has reported it', () => {
    const { store, moves } = openCrossStore()
    const cross = crossOf(3_000, T0 + 5_000)
    store.dispatch(changeEvent(T0 + 5_000, { kind: 'cross-position', event: 'limit', cross }))
    store.dispatch(resetEvent(T0 + 10_000, { cross: readAt(T0 + 10_000, cross) }))
    expect(moves()).toEqual(['limit 1000 3000'])
  })
})

it('reports the end of a cross order once, however many events lie between two messages', () => {
  const { store } = openCrossStore()
  const ended = (at: number, id: string) =>
    changeEvent(at, {
      ...{ kind: 'cross-order-ended', id, why: 'filled', side: 'long', quantityUsd: 1 },
      ...{ priceUsd: null, endedAt: at },
    })
  for (let i = 0; i < 150; i += 1) store.dispatch(ended(T0 + i, `o-${i}`))
  store.dispatch(ended(T0 + 1_000, 'o-0'))
  expect(store.state().events.filter(({ key }) => key === 'ended:o-0')).toHaveLength(1)
})
