/** Fields that the `partial` knob keeps of a trade, an order or a position. */
const KEPT_FIELDS = ['id', 'side', 'quantity']

/** Reduces a private event to its minimal fields, which clients must tolerate. */
export function partialOf(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? keepFields(value) : value,
    ]),
  )
}

function keepFields(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => KEPT_FIELDS.includes(name)))
}
