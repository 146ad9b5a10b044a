import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { PART_NAMES, type PartName } from '../../src/domain/parts.ts'
import {
  type DriftRig,
  type OpenMemoryRig,
  PART_PATHS,
  type PartView,
  reportedRows,
  viewOf,
  withRig,
} from './drift-rig.ts'
import {
  everyRouteDrift,
  everyTopicDrift,
  knobOf,
  PRIVATE_EVENTS,
  type RouteDrift,
  type TopicDrift,
} from './drifts.ts'
import { openMemoryRig } from './feed-memory-rig.ts'
import { openRelayMemoryRig } from './feed-relay-memory-rig.ts'

type View = ReturnType<typeof viewOf>

/** The report of a part without an error and unreadable rows. */
const WHOLE = { error: null, unreadable: [], since: null }

const NO_DRIFT = { do: 'row', action: 'off' }

/** A live feed whose market is known from the stream as well. */
async function openLive(openRig: OpenMemoryRig, body: (rig: DriftRig) => Promise<void>): Promise<void> {
  await withRig(openRig, async rig => {
    await rig.start()
    await rig.wait(3_000)
    await body(rig)
  })
}

function expectSameParts(after: View, before: View, parts: readonly PartName[]): void {
  for (const part of parts) expect(after[part], part).toEqual(before[part])
}

function without(view: PartView, id: string): PartView {
  const { [id]: _, ...others } = view
  return others
}

/** Checks that only the row of the drift differs, and that it is shown or reported: never just missing. */
function expectOneRowChanged({ part, id, field }: RouteDrift, rig: DriftRig, before: View): void {
  const after = viewOf(rig.state())
  const others = PART_NAMES.filter(name => name !== part)
  expectSameParts(after, before, others)
  for (const name of others) expect(rig.state().parts[name], name).toMatchObject(WHOLE)
  if (id === null) return
  expect(rig.state().parts[part].error).toBeNull()
  // A row whose id changed is another row.
  if (field === 'id') expect(after[part]).toMatchObject(without(before[part], id))
  else {
    expect(without(after[part], id)).toEqual(without(before[part], id))
    const isReported = reportedRows(rig.state(), part).some(row => row.id === id)
    expect(Object.keys(after[part]).includes(id) || isReported, 'shown or reported').toBe(true)
  }
}

describe.each<[string, number, OpenMemoryRig]>([
  ['directly', 200, openMemoryRig],
  ['through a relay', 50, scenario => openRelayMemoryRig({ client: 0, relays: [0] }, scenario)],
])('any change of one field of one row, %s', (_, numRuns, openRig) => {
  let routeDrifts: readonly RouteDrift[]
  let topicDrifts: readonly TopicDrift[]

  beforeAll(async () => {
    routeDrifts = await everyRouteDrift()
    topicDrifts = await everyTopicDrift()
    expect(routeDrifts.length).toBeGreaterThan(1_000)
    expect(topicDrifts.length).toBeGreaterThan(300)
  })

  it('leaves all other parts and rows as they were when it is read again, and ends with the drift', async () => {
    await openLive(openRig, async rig => {
      const before = viewOf(rig.state())
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...routeDrifts), async drift => {
          rig.rig.knob(knobOf({ route: PART_PATHS[drift.part] }, drift))
          await rig.reread()
          expectOneRowChanged(drift, rig, before)
          rig.rig.knob(NO_DRIFT)
          await rig.reread()
          expectSameParts(viewOf(rig.state()), before, PART_NAMES)
          expect(Object.values(rig.state().parts)).toEqual(
            PART_NAMES.map(() => expect.objectContaining(WHOLE)),
          )
        }),
        { numRuns, endOnFailure: true },
      )
      expect(rig.state().status).toMatchObject({ link: 'live', reconnects: 0 })
    })
  })

  it('leaves all other parts and rows as they are when it is there from the start', async () => {
    let whole: View | null = null
    await openLive(openRig, async rig => {
      whole = viewOf(rig.state())
    })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routeDrifts), async drift => {
        await withRig(openRig, async rig => {
          rig.rig.knob(knobOf({ route: PART_PATHS[drift.part] }, drift))
          await rig.start()
          await rig.wait(3_000)
          if (whole !== null) expectOneRowChanged(drift, rig, whole)
        })
      }),
      { numRuns: 25 },
    )
  })

  it('of a message leaves all other parts and rows as they were, and the next read is complete', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...topicDrifts), async drift => {
        await openLive(openRig, async rig => {
          const before = viewOf(rig.state())
          rig.rig.knob(knobOf({ topic: drift.topic }, drift))
          const [trade] = PRIVATE_EVENTS.map(event => rig.rig.knob(event))
          await rig.wait(3_000)
          const { isolatedOrders, crossOrders } = before
          expect(viewOf(rig.state())).toMatchObject({ isolatedOrders, crossOrders })
          expect(viewOf(rig.state()).isolatedPositions).toMatchObject(before.isolatedPositions)
          rig.rig.knob(NO_DRIFT)
          await rig.reread()
          expect(Object.keys(viewOf(rig.state()).isolatedPositions)).toContain(trade?.id)
          expect(rig.state().status).toMatchObject({ link: 'live', reconnects: 0 })
        })
      }),
      { numRuns: 25 },
    )
  })
})
