/** A change of the rows of one route or topic, as the `row` knob makes it. */
export interface RowChange {
  /** A full path of REST, or a topic. */
  readonly place: string
  /** The id of a row, its index, `all` rows, a `new` row at the end of a list, or the whole `body` of the reply or message. */
  readonly row: string | number
  /** The names of nested members, outermost first; empty for the row itself. */
  readonly field: readonly string[]
  /** The new value; undefined if the row or field is dropped. */
  readonly value: unknown
  /** The end in ms of the real clock. */
  readonly until: number
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withoutHoles(values: readonly unknown[]): unknown[] {
  return values.filter(value => value !== undefined)
}

/** Copies a value with the member at the path set, or dropped if `value` is undefined. A path that leads nowhere changes nothing. */
function withMember(target: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value
  if (Array.isArray(target)) {
    return withoutHoles(target.map((item, n) => (String(n) === name ? withMember(item, rest, value) : item)))
  }
  if (!isRecord(target)) return target
  const member = rest.length === 0 ? value : withMember(target[name], rest, value)
  const others = Object.entries(target).filter(([other]) => other !== name)
  return Object.fromEntries(member === undefined ? others : [...others, [name, member]])
}

function isMeant({ row }: RowChange, candidate: unknown, index: number): boolean {
  if (row === 'all') return true
  return typeof row === 'number' ? row === index : isRecord(candidate) && candidate.id === row
}

function changedRows(rows: readonly unknown[], change: RowChange): unknown[] {
  if (change.row === 'new') return withoutHoles([...rows, change.value])
  return withoutHoles(
    rows.map((row, n) => (isMeant(change, row, n) ? withMember(row, change.field, change.value) : row)),
  )
}

/** Members of a stream message that hold its row. */
const MESSAGE_ROWS = ['trade', 'order', 'position']

function changed(body: unknown, change: RowChange): unknown {
  if (change.row === 'body') return withMember(body, change.field, change.value)
  if (Array.isArray(body)) return changedRows(body, change)
  if (!isRecord(body)) return body
  if (Array.isArray(body.data)) return { ...body, data: changedRows(body.data, change) }
  if (change.row === 'new') return body
  const inner = MESSAGE_ROWS.find(name => isRecord(body[name]))
  if (inner === undefined) return changedRows([body], change)[0] ?? null
  const [row] = changedRows([body[inner]], change)
  return withMember(body, [inner], row)
}

/**
 * Applies all changes to a JSON value: the body of a reply (a list, a page or one object), or the data of a stream message, whose row is
 * its trade, order or position if it has one. The value itself stays unchanged.
 */
export function applyRowChanges(body: unknown, changes: readonly RowChange[]): unknown {
  return changes.reduce(changed, body)
}

/** The changes of a route or topic that are active at `now`, a time of the real clock. */
export function activeChanges(changes: readonly RowChange[], place: string, now: number): RowChange[] {
  return changes.filter(change => change.place === place && now < change.until)
}
