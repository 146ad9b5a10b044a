import type { ProtectionRule } from '../../domain/alerts/rule.ts'
import { formatNumber } from '../../domain/format.ts'
import { isBeyondLiquidation } from '../../store/beyond-liquidation.ts'
import type { OrderRow, PositionRow } from '../../store/view.ts'
import { type AlertInput, type Finding, NOTHING_FOUND, type Outcome } from '../alert-input.ts'
import { subjectOf } from '../position-name.ts'

type Check = ProtectionRule['checks'][number]

/** Finds positions without an effective stop-loss, and orders that can fill only past the liquidation. Old rows are not evaluated. */
export function evaluateProtection({ checks, level }: ProtectionRule, input: AlertInput): Outcome {
  const findings: Finding[] = []
  const held: string[] = []
  for (const row of input.positions)
    for (const check of checks) {
      if (check === 'order-beyond-liquidation') continue
      const key = `${check} ${row.position.id}`
      if (row.isOld) held.push(key)
      else if (row.warnings.includes(check))
        findings.push({ ...positionFinding(row, check), key, level: level ?? 'warn' })
    }
  if (checks.includes('order-beyond-liquidation'))
    for (const row of input.orders)
      if (isBeyondLiquidation(row, input.positions))
        findings.push({ ...orderFinding(row), level: level ?? 'warn' })
  return { ...NOTHING_FOUND, findings, held }
}

function positionFinding({ position }: PositionRow, check: Check): Omit<Finding, 'key' | 'level'> {
  const subject = subjectOf(position)
  const liquidation = formatNumber(position.liquidationPriceUsd, 1)
  const message =
    check === 'no-stop-loss'
      ? `${subject} has no stop-loss`
      : `${subject} has its stop-loss at ${formatNumber(position.stopLossUsd, 1)}, beyond its liquidation price ${liquidation}`
  const remedy = `Set a stop-loss before ${liquidation}`
  return { kind: 'protection', subject, positionId: position.id, message, remedy }
}

function orderFinding({ order }: OrderRow): Omit<Finding, 'level'> {
  const subject = `order ${subjectOf(order)}`
  return {
    key: `order-beyond-liquidation ${order.id}`,
    kind: 'protection',
    subject,
    positionId: null,
    message: `${subject} at ${formatNumber(order.priceUsd, 1)} can fill only past the liquidation price of the position`,
    remedy: 'Cancel or move the order',
  }
}
