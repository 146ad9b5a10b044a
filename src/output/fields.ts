type Json = unknown

/** Returns the fields of a JSON value at the paths (`a`, `b.c`, also through arrays). Keeps order and nesting. */
export function pickFields(value: Json, paths: readonly string[]): Json {
  return pick(
    value,
    paths.map(path => path.split('.')),
  )
}

function pick(value: Json, paths: readonly (readonly string[])[]): Json {
  if (paths.some(path => path.length === 0)) return value
  if (Array.isArray(value)) return value.map(each => pick(each, paths))
  if (typeof value !== 'object' || value === null) return value
  const kept: [string, Json][] = []
  for (const [name, member] of Object.entries(value)) {
    const rest = paths.filter(([first]) => first === name).map(path => path.slice(1))
    if (rest.length > 0) kept.push([name, pick(member, rest)])
  }
  return Object.fromEntries(kept)
}
