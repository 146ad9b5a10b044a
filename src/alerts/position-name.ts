import { formatNumber, shortId } from '../domain/format.ts'
import type { Position } from '../domain/position.ts'
import { sanitize } from '../domain/sanitize.ts'
import type { EndedOrder } from '../store/state.ts'

/** Identifies a position. The cross position is another one once its side has changed. */
export function positionKey({ id, mode, side }: Position): string {
  return mode === 'cross' ? `${id} ${side}` : id
}

/** Names a position or an order in sentences: `isolated long 1,000 USD 7f3a`. */
export function subjectOf({ mode, side, quantityUsd, id }: Position | EndedOrder): string {
  const short = mode === 'cross' ? '' : ` ${sanitize(shortId(id, mode))}`
  return `${mode} ${side} ${formatNumber(quantityUsd)} USD${short}`
}
