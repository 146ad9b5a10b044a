import { RawJson } from '../protocol/raw-json.ts'
import type { RowChange } from '../protocol/row-change.ts'
import { TOPICS } from '../protocol/topics.ts'
import { ROUTES } from '../rest/routes.ts'
import { type Knob, KnobError, type KnobValues, OPTIONAL_MS, untilOf } from './knob.ts'

/** Bounds the work for each reply. */
const MAX_CHANGES = 1_000

/** Returns the full path of a route, with or without `/v3`. @throws KnobError for an unknown one */
function routeOf(text: string): string {
  const path = text.startsWith('/v3/') ? text : `/v3${text}`
  if (!ROUTES.has(path))
    throw new KnobError(`route must be a GET route such as /futures/isolated/trades/running`)
  return path
}

function placesOf(values: KnobValues): string[] {
  const route = values.textOrNull('route')
  const topic = values.textOrNull('topic')
  if (topic !== null && !TOPICS.has(topic)) throw new KnobError(`unknown topic ${topic}`)
  return [...(route === null ? [] : [routeOf(route)]), ...(topic === null ? [] : [topic])]
}

/** The new value of a row or field; undefined if it is dropped. */
function newValueOf(values: KnobValues): unknown {
  const raw = values.textOrNull('raw')
  const value = values.json('value')
  if (values.text('action') === 'drop') {
    if (raw !== null || value !== undefined) throw new KnobError('drop takes no value')
    return undefined
  }
  if ((raw === null) === (value === undefined)) throw new KnobError('set needs value or raw')
  return raw === null ? value : new RawJson(raw)
}

/** Changes or drops rows and fields of REST replies and stream messages. */
export const ROW_KNOB: Knob = {
  name: 'row',
  description:
    'drops or sets a field, or without `field` a whole row, in the replies of a route, the messages of a topic, or both; the changes add up until `off`, or for the given time',
  parameters: {
    action: { kind: 'choice', choices: ['drop', 'set', 'off'] },
    route: { kind: 'text', optional: true },
    topic: { kind: 'text', optional: true },
    row: { kind: 'row', optional: true },
    field: { kind: 'text', optional: true },
    value: { kind: 'json', optional: true },
    raw: { kind: 'text', optional: true },
    ms: OPTIONAL_MS,
  },
  run(knobContext, values) {
    const { context } = knobContext
    const { faults, clock } = context
    const places = placesOf(values)
    if (values.text('action') === 'off') {
      faults.rows = places.length === 0 ? [] : faults.rows.filter(({ place }) => !places.includes(place))
      return undefined
    }
    if (places.length === 0) throw new KnobError('row needs route or topic')
    const value = newValueOf(values)
    const row = values.json('row')
    const field = values.textOrNull('field')?.split('.') ?? []
    const change: Omit<RowChange, 'place'> = {
      row: typeof row === 'number' ? row : (values.textOrNull('row') ?? 'all'),
      field,
      value,
      until: untilOf(knobContext, values),
    }
    const active = faults.rows.filter(({ until }) => clock.nowMs() < until)
    if (row === 'new' && (field.length > 0 || value === undefined))
      throw new KnobError('a new row needs a value')
    if (active.length + places.length > MAX_CHANGES)
      throw new KnobError(`at most ${MAX_CHANGES} changes at a time`)
    faults.rows = [...active, ...places.map(place => ({ ...change, place }))]
    return undefined
  },
}
