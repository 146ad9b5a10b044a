const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Returns a duration with its unit, such as `500ms`, `2s`, `5m`, `1h` or `30d`, in whole ms; null for any other text. */
export function parseDuration(text: string): number | null {
  const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? []
  if (digits === undefined || unit === undefined) return null
  return Math.round(Number(digits) * (UNIT_MS[unit] ?? 1))
}
