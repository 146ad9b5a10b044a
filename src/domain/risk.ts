/** How near a position is to its liquidation. */
export type Risk = 'ok' | 'watch' | 'warn' | 'critical'

/** A band holds every distance at or below its bound, as a fraction of the mark. Worst first. */
export const RISK_BANDS: readonly { readonly risk: Risk; readonly atMost: number }[] = [
  { risk: 'critical', atMost: 0.025 },
  { risk: 'warn', atMost: 0.05 },
  { risk: 'watch', atMost: 0.1 },
]

const ORDER: readonly Risk[] = ['ok', 'watch', 'warn', 'critical']

/** How bad a risk is, 0 (ok) to 3 (critical): for sorting and comparing. */
export function severityOf(risk: Risk): number {
  return ORDER.indexOf(risk)
}

/** The band of a signed distance to liquidation. Not known (null) is `warn`: a missing level must never look safe. */
export function riskOf(distance: number | null): Risk {
  if (distance === null) return 'warn'
  return RISK_BANDS.find(band => distance <= band.atMost)?.risk ?? 'ok'
}

/** What else a trader should know about a position. */
export type Warning =
  | 'no-stop-loss'
  | 'stop-loss-beyond-liquidation'
  | 'no-liquidation-price'
  | 'beyond-liquidation'
  | 'no-mark-price'
  | 'pl-differs'
