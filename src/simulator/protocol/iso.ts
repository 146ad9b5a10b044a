/** ISO 8601 in UTC with milliseconds: the times of REST. The stream has ms numbers instead. */
export function iso(at: number): string {
  return new Date(at).toISOString()
}

/** The same, for a time that may not have come. */
export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at)
}
