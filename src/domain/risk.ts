/** Risk level of a position, by its distance to liquidation. */
export type Risk = 'ok' | 'watch' | 'warn' | 'critical'

/** Bands of distances, as fractions of the mark. A band contains distances up to `atMost`. Worst first. */
const RISK_BANDS: readonly { readonly risk: Risk; readonly atMost: number }[] = [
  { risk: 'critical', atMost: 0.025 },
  { risk: 'warn', atMost: 0.05 },
  { risk: 'watch', atMost: 0.1 },
]

const ORDER: readonly Risk[] = ['ok', 'watch', 'warn', 'critical']

/** Returns 0 (ok) to 3 (critical), for sorting and comparing. */
export function severityOf(risk: Risk): number {
  return ORDER.indexOf(risk)
}

/** Returns the band of a signed distance to liquidation. Null is `warn`: an unknown liquidation price must not look safe. */
export function riskOf(distance: number | null): Risk {
  if (distance === null) return 'warn'
  return RISK_BANDS.find(band => distance <= band.atMost)?.risk ?? 'ok'
}

/** Further warnings about a position. */
export type Warning =
  | 'no-stop-loss'
  | 'stop-loss-beyond-liquidation'
  | 'no-liquidation-price'
  | 'beyond-liquidation'
  | 'no-mark-price'
  | 'pl-differs'
  | 'other-market'
