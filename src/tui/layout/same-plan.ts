/** True if two plans, or parts of them, have the same fields with the same values. */
export function isSamePlan(a: object, b: object): boolean {
  const before = Object.entries(a)
  const after: Readonly<Record<string, unknown>> = { ...b }
  return (
    before.length === Object.keys(after).length &&
    before.every(([name, value]) => isSameValue(value, after[name]))
  )
}

function isSameValue(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  return isSamePlan(a, b)
}
