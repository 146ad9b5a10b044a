/** What kind of weather a scenario has: the parameters of its price process. */
export interface MarketProfile {
  readonly startUsd: number
  /** Multiplies the volatility of every regime; 1 is a few times livelier than bitcoin usually is. */
  readonly turbulence: number
  /** Steady drift per hour, as a fraction of the price. */
  readonly driftPerHour: number
  /** How many sudden jumps an hour brings. */
  readonly jumpsPerHour: number
  /** Planned gaps: after so long the price is multiplied by a factor within one tick. */
  readonly gaps: readonly { readonly afterMs: number; readonly factor: number }[]
}
