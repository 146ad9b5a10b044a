/** What is left of a trade, an order or a position while payloads are partial. */
const KEPT = ['id', 'side', 'quantity']

/** A private event with hardly more than its name: clients are told to tolerate it. */
export function partialOf(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? bare(value) : value,
    ]),
  )
}

function bare(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => KEPT.includes(name)))
}
