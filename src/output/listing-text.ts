/** Formats an ISO time to the minute. */
export function minute(isoTime: string): string {
  return isoTime.slice(0, 16).replace('T', ' ')
}

/** Returns the sum of amounts in sats, or null if any is unknown. */
export function sumOrNull(amounts: readonly (number | null)[]): number | null {
  return amounts.reduce((sum, amount) => (sum === null || amount === null ? null : sum + amount), 0)
}

/** Joins lines to a text. */
export function linesText(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
