/** Returns a record with the same names, and each value converted. */
export function mapValues<Name extends string, From, To>(
  values: Readonly<Record<Name, From>>,
  convert: (value: From) => To,
): Record<Name, To> {
  const entries = Object.entries<From>(values).map(([name, value]) => [name, convert(value)])
  return Object.fromEntries(entries) as Record<Name, To>
}
