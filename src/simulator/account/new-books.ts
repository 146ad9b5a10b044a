import type { ExchangeBooks } from '../exchange-books.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** Creates the ledger of a new user. */
export function newExchangeBooks(ids: SeededRandom, at: number): ExchangeBooks {
  return {
    userId: ids.uuid(),
    username: 'simulated_trader',
    linkingPublicKey: `02${ids.hex(32)}`,
    depositAddress: `tb1q${ids.hex(19)}`,
    feeTier: 0,
    balanceSats: 0,
    syntheticUsd: 0,
    trades: new Map(),
    closed: [],
    canceled: [],
    isolatedFunding: [],
    cross: {
      id: ids.uuid(),
      quantityUsd: 0,
      marginSats: 0,
      leverage: 5,
      entryUsd: null,
      totalPlSats: 0,
      tradingFeeSats: 0,
      fundingFeeSats: 0,
      updatedAt: at,
    },
    crossOpen: new Map(),
    crossFilled: [],
    crossFunding: [],
    transfers: [],
    lightningDeposits: [],
    chainDeposits: [],
    lightningWithdrawals: [],
    chainWithdrawals: [],
    notifications: [],
    swaps: [],
  }
}
