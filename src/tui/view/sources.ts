import { PART_ERROR_KINDS, type PartName, type PartState, POSITION_PARTS } from '../../domain/parts.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { counted, partReason, SHORT_LABELS } from '../../store/part-text.ts'
import type { RenderContext } from './render-context.ts'

/** The parts that each total is computed from. A total is as current as the oldest of them. */
export const SOURCES = {
  equity: ['isolatedPositions', 'crossPosition', 'account', 'isolatedOrders', 'market'],
  free: ['account'],
  margin: ['isolatedPositions', 'crossPosition'],
  profit: ['isolatedPositions', 'crossPosition', 'market'],
} as const satisfies Readonly<Record<string, readonly PartName[]>>

const ERROR_STATES: ReadonlySet<PartState> = new Set(PART_ERROR_KINDS)

/** Why a total of these parts is unknown; '' if no part explains it. */
export function unknownReason({ model }: RenderContext, parts: readonly PartName[]): string {
  const { source } = model
  // The last values of a failing part are of another time than the rest: they are no part of a total.
  const missing = parts.find(part => {
    const { ageMs, state } = source.parts[part]
    return ageMs === null || (POSITION_PARTS.some(name => name === part) && ERROR_STATES.has(state))
  })
  if (missing !== undefined) {
    const { state } = source.parts[missing]
    const needs = /needs \S+/.exec(partReason(source, missing))?.[0]
    return needs ?? `${SHORT_LABELS[missing]} ${state === 'waiting' ? 'not read yet' : state.toUpperCase()}`
  }
  const partial = parts.find(part => source.parts[part].unreadable.length > 0)
  if (partial === undefined) {
    const market = model.positions.find(({ position }) => position.otherMarket !== null)?.position.otherMarket
    if (market != null) return `position of ${sanitize(market)} not valued`
    return model.account.syntheticUsdBalance === null ? 'synthetic dollars not read' : ''
  }
  const noun = partial === 'isolatedOrders' ? 'order' : 'position'
  return `${counted(source.parts[partial].unreadable.length, noun)} unread`
}
