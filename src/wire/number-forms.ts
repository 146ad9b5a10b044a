const DECIMAL = /^\s*[+-]?\d{1,20}(\.\d{0,20})?([eE][+-]?\d{1,3})?\s*$/

/** Returns the number that a string holds, or null for any other value. */
export function numberInText(value: unknown): number | null {
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : null
}

/** Returns the forms in which a number may also be sent, with what is wrong with them. */
export function conversionsOf(
  value: unknown,
): readonly { readonly value: number; readonly problem: string }[] {
  const inText = numberInText(value)
  const isText = inText !== null
  const number = inText ?? value
  if (typeof number !== 'number' || !Number.isFinite(number)) return []
  const asText = isText ? [{ value: number, problem: 'is a number in a string' }] : []
  const rounded = Math.round(number)
  // A quantity of 0.4 is not 0: unknown is never 0.
  const isVoid = rounded === 0 && number !== 0
  return isVoid ? asText : [...asText, { value: rounded, problem: 'has a fraction' }]
}
