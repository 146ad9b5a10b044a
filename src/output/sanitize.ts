/** Foreign text without what a terminal would obey or what could hide: control, format and bidirectional characters. */
export function sanitize(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?')
}
