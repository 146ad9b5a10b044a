import { PART_ERROR_KINDS, type PartName, type PartState, POSITION_PARTS } from '../../domain/parts.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { isPartOld, partReason, SHORT_LABELS } from '../../store/part-text.ts'
import type { RenderContext } from './render-context.ts'

/** The parts that each total is computed from. A total is as current as the oldest of them. */
export const SOURCES = {
  equity: ['isolatedPositions', 'crossPosition', 'account', 'isolatedOrders', 'market'],
  free: ['account'],
  margin: ['isolatedPositions', 'crossPosition'],
  profit: ['isolatedPositions', 'crossPosition', 'market'],
} as const satisfies Readonly<Record<string, readonly PartName[]>>

const ERROR_STATES: ReadonlySet<PartState> = new Set(PART_ERROR_KINDS)

/** Why a total of these parts is unknown; '' if nothing explains it. */
export function unknownReason(context: RenderContext, parts: readonly PartName[]): string {
  const { model, info } = context
  const { source } = model
  const { t } = info
  // The last values of a failing part are of another time than the rest: they are no part of a total.
  const missing = parts.find(part => {
    const { ageMs, state } = source.parts[part]
    return ageMs === null || (POSITION_PARTS.some(name => name === part) && ERROR_STATES.has(state))
  })
  if (missing !== undefined) {
    const { state } = source.parts[missing]
    const needs = /needs \S+/.exec(partReason(source, missing))?.[0]
    if (needs !== undefined) return t.sentence(needs)
    const part = t.sentence(SHORT_LABELS[missing])
    return state === 'waiting'
      ? t('{part} not read yet', { part })
      : `${part} ${t.sentence(state.toUpperCase())}`
  }
  const partial = parts.find(part => source.parts[part].unreadable.length > 0)
  if (partial === undefined) {
    const market = model.positions.find(({ position }) => position.otherMarket !== null)?.position.otherMarket
    if (market != null) return t('position of {market} not valued', { market: sanitize(market) })
    return valueReason(context, parts)
  }
  const { length } = source.parts[partial].unreadable
  return partial === 'isolatedOrders'
    ? t.count(length, '{count} order unread', '{count} orders unread')
    : t.count(length, '{count} position unread', '{count} positions unread')
}

/** The same if every part was read whole: a part that fails now, or a value that is missing in one. */
function valueReason({ model, info }: RenderContext, parts: readonly PartName[]): string {
  const { source, account, totals } = model
  const { t } = info
  const old = parts.find(part => isPartOld(source.parts[part]))
  if (old !== undefined)
    return `${t.sentence(SHORT_LABELS[old])} ${t.sentence(source.parts[old].state.toUpperCase())}`
  if (!parts.includes('account')) return t.sentence('the P&L of a position is not known')
  if (account.syntheticUsdBalance === null) return t('synthetic dollars not read')
  return t.sentence(totals.equityUnknownReason ?? '')
}
