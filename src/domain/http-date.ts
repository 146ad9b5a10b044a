/** The HTTP date formats with a time zone (RFC 9110, 5.6.7): the preferred one and that of RFC 850. */
const DATE_FORMATS = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
]
/** The third format, of C's asctime: UTC without a zone. */
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/

/** Parses an HTTP date to ms since 1970; NaN for any other text. `Date.parse` alone accepts many other texts. */
export function parseHttpDate(text: string): number {
  if (ASCTIME.test(text)) return Date.parse(`${text} GMT`)
  return DATE_FORMATS.some(format => format.test(text)) ? Date.parse(text) : Number.NaN
}
