import type { ProtectionRule } from '../../domain/alerts/rule.ts'
import { formatNumber } from '../../domain/format.ts'
import { isBeyondLiquidation } from '../../store/beyond-liquidation.ts'
import { isWithheld } from '../../store/part-text.ts'
import type { OrderRow, PositionRow } from '../../store/view.ts'
import { type AlertInput, type Finding, NOTHING_FOUND, type Outcome } from '../alert-input.ts'
import type { Evaluation } from '../evaluation.ts'
import { positionKey, subjectOf } from '../position-name.ts'

type Check = ProtectionRule['checks'][number]

/** Finds positions without an effective stop-loss, and orders that can fill only past the liquidation. Old rows are not evaluated. */
export function evaluateProtection(
  { checks, level }: ProtectionRule,
  input: AlertInput,
  { absent, isQuiet }: Pick<Evaluation, 'absent' | 'isQuiet'>,
): Outcome {
  const findings: Finding[] = []
  for (const row of input.positions) {
    if (row.isOld) continue
    for (const check of checks)
      if (check !== ORDER_CHECK && row.warnings.includes(check))
        findings.push({ ...positionFinding(row, check), level: level ?? 'warn' })
  }
  if (checks.includes(ORDER_CHECK))
    for (const row of input.orders)
      if (isBeyondLiquidation(row, input.positions))
        findings.push({ ...orderFinding(row), level: level ?? 'warn' })
  if (isQuiet && findings.length === 0) return NOTHING_FOUND
  return {
    ...NOTHING_FOUND,
    findings,
    isHeld(key) {
      if (key.startsWith(ORDER_CHECK)) return absent.length > 0 || !hasOrders(input)
      const row = input.positions.find(({ position }) => key.endsWith(` ${positionKey(position)}`))
      return row === undefined ? absent.some(each => key.endsWith(` ${each}`)) : row.isOld
    },
  }
}

const ORDER_CHECK = 'order-beyond-liquidation' satisfies Check

/** True if the lists of orders are current, or may not be read. */
function hasOrders({ source }: AlertInput): boolean {
  return (['isolatedOrders', 'crossOrders'] as const).every(part => {
    const { state } = source.parts[part]
    return state === 'live' || state === 'partial' || isWithheld(source, part)
  })
}

function positionFinding({ position }: PositionRow, check: Check): Omit<Finding, 'level'> {
  const subject = subjectOf(position)
  const liquidation = formatNumber(position.liquidationPriceUsd, 1)
  const message =
    check === 'no-stop-loss'
      ? `${subject} has no stop-loss`
      : `${subject} has its stop-loss at ${formatNumber(position.stopLossUsd, 1)}, beyond its liquidation price ${liquidation}`
  const remedy = `Set a stop-loss before ${liquidation}`
  const key = `${check} ${positionKey(position)}`
  return { key, kind: 'protection', subject, positionId: position.id, message, remedy }
}

function orderFinding({ order }: OrderRow): Omit<Finding, 'level'> {
  const subject = `order ${subjectOf(order)}`
  return {
    key: `${ORDER_CHECK} ${order.id}`,
    kind: 'protection',
    subject,
    positionId: null,
    message: `${subject} at ${formatNumber(order.priceUsd, 1)} can fill only past the liquidation price of the position`,
    remedy: 'Cancel or move the order',
  }
}
