import { formatAge, formatNumber, formatSigned } from '../domain/format.ts'
import { selectMarket } from './select-market.ts'
import { selectPositions } from './select-positions.ts'
import { selectSource } from './select-source.ts'
import { selectTotals } from './select-totals.ts'
import type { State } from './state.ts'
import type { PositionRow } from './view.ts'

const RISKS = { ok: 'ok', watch: 'WATCH', warn: 'WARN', critical: 'CRIT' } as const

/** The text of `axisor line`: price, P&L, the worst position and the age of it all. Frozen values carry a `~`. */
export function lineOf(state: State, now: number): string {
  const source = selectSource(state, now)
  const rows = selectPositions(state, now)
  const frozen = source.stale ? '~' : ''
  const price = formatNumber(selectMarket(state, now).indexUsd)
  const pl = formatSigned(selectTotals(state, now, rows).unrealizedPlSats)
  const parts = [`${pl}${frozen} sat`]
  const worst = rows[0]
  if (worst !== undefined) parts.push(positionText(worst, frozen))
  if (source.origin === 'simulated') parts.unshift('SIMULATED')
  if (source.stale) return [`STALE ${formatAge(source.ageMs)}`, `last ${price}`, ...parts].join(' | ')
  return [`BTC ${price}`, ...parts, `${source.state} ${formatAge(source.ageMs)}`].join(' | ')
}

function positionText({ position, risk, liquidationDistance }: PositionRow, frozen: string): string {
  const side = position.side === 'long' ? 'L' : 'S'
  const percent = liquidationDistance === null ? 'n/a' : `${formatNumber(liquidationDistance * 100, 2)}%`
  return `${RISKS[risk]}${frozen} ${side}${shortQuantity(position.quantityUsd)} ${percent}`
}

/** 10000 → 10k, 2500 → 2.5k, 900 → 900. */
function shortQuantity(quantityUsd: number): string {
  return quantityUsd < 1000 ? String(quantityUsd) : `${Math.round(quantityUsd / 100) / 10}k`
}
