/** Formats a time in ms as ISO 8601 in UTC, the format of REST. The stream sends ms numbers instead. */
export function formatIso(at: number): string {
  return new Date(at).toISOString()
}

/** Like `iso`, for a time that may be null. */
export function formatIsoOrNull(at: number | null): string | null {
  return at === null ? null : formatIso(at)
}
