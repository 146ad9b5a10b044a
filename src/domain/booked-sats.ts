import type { Account } from './account.ts'
import type { CrossAccount, Order, Position } from './position.ts'
import { type Sats, sumKnownSats } from './units.ts'

/** The parts of an account among which amounts are moved. */
interface BookedParts {
  readonly account: Account
  readonly isolated: readonly Position[]
  readonly isolatedOrders: readonly Order[]
  readonly cross: CrossAccount
}

/**
 * Returns the sum of the balance and of all margins and reserves, as reported; null if one is unknown. A move between two of them, such as
 * added margin, does not change it if all parts were read before the move, or all after it.
 */
export function bookedSats({ account, isolated, isolatedOrders, cross }: BookedParts): Sats | null {
  return sumKnownSats([
    account.balanceSats,
    ...isolated.flatMap(({ marginSats, maintenanceMarginSats }) => [marginSats, maintenanceMarginSats]),
    ...isolatedOrders.map(({ reservedSats }) => reservedSats),
    cross.marginSats,
  ])
}
