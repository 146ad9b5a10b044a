import { PART_NAMES, type PartName } from '../../src/domain/parts.ts'
import { TOPIC } from '../../src/simulator/protocol/topics.ts'
import { openSimulatorWorld } from '../support/simulator.ts'
import { connect } from '../support/stream.ts'
import { PART_PATHS, quietScenario } from './drift-rig.ts'

/** How a field may drift. */
const CHANGES = [
  'absent',
  'null',
  'text',
  'number in a string',
  'fraction',
  'unknown word',
  'object',
] as const

type FieldChange = (typeof CHANGES)[number]

/** A change of one field of one row. */
export interface Drift {
  /** The row in the reply: its index, or its whole body. */
  readonly row: number | 'body'
  /** Null for a reply that is one object, and for a message. */
  readonly id: string | null
  /** The path of the field. */
  readonly field: string
  readonly change: FieldChange
  /** The new value; undefined if the field is dropped. */
  readonly value: unknown
}

/** A drift of a row that is read over REST. */
export interface RouteDrift extends Drift {
  readonly part: PartName
}

/** A drift of the messages of a topic. */
export interface TopicDrift extends Drift {
  readonly topic: string
}

function changedValue(change: FieldChange, value: unknown): unknown {
  switch (change) {
    case 'absent':
      return undefined
    case 'null':
      return null
    case 'text':
      return 'about 12'
    case 'number in a string':
      return String(typeof value === 'number' ? value : 12)
    case 'fraction':
      return (typeof value === 'number' ? value : 12) + 0.25
    case 'unknown word':
      return 'sideways'
    case 'object':
      return { value: [value] }
  }
}

/** The paths of all fields of a value, nested ones included. */
function fieldsOf(value: unknown, prefix = ''): [path: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]): [string, unknown][] => [
    [`${prefix}${name}`, inner],
    ...fieldsOf(inner, `${prefix}${name}.`),
  ])
}

function driftsOf(value: unknown, row: Drift['row'], id: string | null): Drift[] {
  return fieldsOf(value).flatMap(([field, before]) =>
    CHANGES.map(change => ({ row, id, field, change, value: changedValue(change, before) })),
  )
}

function driftsOfPart(part: PartName, body: unknown): RouteDrift[] {
  const drifts = Array.isArray(body)
    ? body.flatMap((row: { id: string }, n) => driftsOf(row, n, row.id))
    : driftsOf(body, 0, null)
  return drifts.map(drift => ({ ...drift, part }))
}

/** Every change of one field of one row of the replies of a snapshot. */
export async function everyRouteDrift(): Promise<readonly RouteDrift[]> {
  // The same seed and start time as those of a rig, so that the rows have the same ids.
  const world = openSimulatorWorld({ scenario: quietScenario() })
  const drifts: RouteDrift[] = []
  for (const part of PART_NAMES)
    drifts.push(...driftsOfPart(part, await world.read(`/v3${PART_PATHS[part]}`)))
  return drifts
}

/** Topics of the prices and of the account's events. */
const TOPICS_OF_SNAPSHOT = [
  TOPIC.ticker,
  TOPIC.lastPrice,
  TOPIC.index,
  TOPIC.buckets,
  TOPIC.isolatedTrades,
  TOPIC.crossOrders,
  TOPIC.crossPosition,
]

/** Commands that cause one message of each private topic at least. */
export const PRIVATE_EVENTS = [
  { do: 'open', quantity: 100 },
  { do: 'open', mode: 'cross', quantity: 100 },
] as const

/** Every change of one field of the first message of each topic. */
export async function everyTopicDrift(): Promise<readonly TopicDrift[]> {
  const world = openSimulatorWorld({ scenario: quietScenario() })
  const client = await connect(world)
  await client.signIn()
  await client.call('subscribe', { topics: TOPICS_OF_SNAPSHOT })
  for (const event of PRIVATE_EVENTS) world.knob(event)
  await world.clock.advance(1_000)
  return TOPICS_OF_SNAPSHOT.flatMap(topic => {
    const [frame] = client.pushed(topic)
    if (frame === undefined) throw new Error(`no message of ${topic}`)
    return driftsOf(frame.params?.data, 'body', null).map(drift => ({ ...drift, topic }))
  })
}

/** The knob that makes the replies of a route, or the messages of a topic, drift. */
export function knobOf(place: { readonly route: string } | { readonly topic: string }, drift: Drift) {
  const { row, field, value } = drift
  const command = { do: 'row', ...place, row, field }
  return value === undefined ? { ...command, action: 'drop' } : { ...command, action: 'set', value }
}
