import type { PartName } from '../../domain/parts.ts'

/** The parts that the equity and the positions are computed from. */
export const PLAN_PARTS: readonly PartName[] = [
  'market',
  'account',
  'isolatedPositions',
  'isolatedOrders',
  'crossPosition',
]
