import { bookedSats } from '../../domain/booked-sats.ts'
import type { AccountSnapshot } from '../../domain/snapshot.ts'
import type { Sats } from '../../domain/units.ts'

/**
 * Finds snapshots that show a move of an amount that no message reported, such as a cash-in. Their parts may be of two times: another
 * read tells.
 */
export class UnreportedMoves {
  #sum: Sats | null = null
  #isReported = false
  #wasDue = false

  /** Notes a message about the account: it requests a read of its own. */
  reported(): void {
    this.#isReported = true
  }

  /** Returns true if another read is due after this snapshot; never twice in a row. */
  isReadDue(snapshot: AccountSnapshot): boolean {
    const sum = bookedIn(snapshot)
    const isMoved = sum !== null && this.#sum !== null && sum !== this.#sum
    this.#wasDue = isMoved && !this.#isReported && !this.#wasDue
    this.#sum = sum ?? this.#sum
    this.#isReported = false
    return this.#wasDue
  }
}

function bookedIn({ account, isolated, isolatedOrders, cross }: AccountSnapshot): Sats | null {
  if (account === null || isolated === null || isolatedOrders === null || cross === null) return null
  return bookedSats({
    account: account.value,
    isolated: isolated.value,
    isolatedOrders: isolatedOrders.value,
    cross: cross.value,
  })
}
