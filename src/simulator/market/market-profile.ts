/** Parameters of the price process of a scenario. */
export interface MarketProfile {
  readonly startUsd: number
  /** Multiplies the volatility of every regime; 1 is a few times the usual volatility of bitcoin. */
  readonly turbulence: number
  /** Steady drift per hour, as a fraction of the price. */
  readonly driftPerHour: number
  /** Mean number of jumps per hour. */
  readonly jumpsPerHour: number
  /** Planned gaps: `afterMs` after the start the price is multiplied by `factor` within one tick. */
  readonly gaps: readonly { readonly afterMs: number; readonly factor: number }[]
}
