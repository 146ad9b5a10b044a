import { snapshotOf } from '../../src/output/snapshot.ts'
import { reduce } from '../../src/store/reducers/reduce.ts'
import { INITIAL_STATE } from '../../src/store/state.ts'
import type { PositionDocument, SnapshotDocument } from '../../src/wire/snapshot.ts'
import { sampleSnapshot, T0 } from './samples.ts'

/** A fresh snapshot document of the sample account, with positions far from liquidation only. */
export function madeDocument(): SnapshotDocument {
  const state = reduce(INITIAL_STATE, { type: 'reset', at: T0, snapshot: sampleSnapshot(T0) })
  const document = snapshotOf(state, T0)
  const positions = document.positions?.map(position => ({ ...position, liquidationDistance: 0.2 })) ?? null
  return { ...document, positions }
}

/** A position of the sample document. */
export function madePositionDocument(over: Partial<PositionDocument>): PositionDocument {
  const [position] = madeDocument().positions ?? []
  if (position === undefined) throw new Error('the sketches have positions')
  return { ...position, ...over }
}
