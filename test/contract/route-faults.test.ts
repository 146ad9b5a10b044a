import { describe, expect, it } from 'vitest'
import { PART_NAMES, type PartName } from '../../src/domain/parts.ts'
import { type DriftRig, type OpenMemoryRig, PART_PATHS, viewOf, withRig } from './drift-rig.ts'
import { openMemoryRig } from './feed-memory-rig.ts'
import { openRelayMemoryRig } from './feed-relay-memory-rig.ts'

type View = ReturnType<typeof viewOf>

/** How one route can fail, and the state of its part then; null if the reply can be read all the same. */
const FAULTS = [
  [{ answer: 'status', code: 401 }, 'refused'],
  [{ answer: 'status', code: 403 }, 'refused'],
  [{ answer: 'status', code: 404 }, 'gone'],
  [{ answer: 'status', code: 410 }, 'gone'],
  [{ answer: 'status', code: 429 }, 'limited'],
  [{ answer: 'status', code: 500 }, 'failed'],
  [{ answer: 'status', code: 503 }, 'failed'],
  [{ answer: 'html' }, 'failed'],
  [{ answer: 'html', code: 503 }, 'failed'],
  [{ answer: 'redirect' }, 'failed'],
  [{ answer: 'empty' }, 'failed'],
  [{ answer: 'empty', code: 200 }, 'failed'],
  [{ answer: 'gzip' }, null],
  [{ answer: 'large' }, 'unreadable'],
  [{ answer: 'truncated' }, 'unreadable'],
  [{ answer: 'silence' }, 'failed'],
  [{ answer: 'duplicateKeys' }, null],
  [{ answer: 'hugeNumber' }, null],
  [{ answer: 'proto' }, null],
] as const

const OFF = { do: 'route', answer: 'off' }

/** Checks how a part failed. Prices are public: a refusal of their request is none of a key. */
function expectKind(rig: DriftRig, part: PartName, kind: string): void {
  const { error } = rig.state().parts[part]
  if (part === 'market' && kind === 'refused') expect(error).not.toBeNull()
  else expect(error, part).toMatchObject({ kind })
}

/** Checks that the other parts are those of before, and were read without an error. */
function expectOthersWhole(rig: DriftRig, part: PartName, before: View): void {
  const after = viewOf(rig.state())
  for (const other of PART_NAMES) {
    if (other === part) continue
    expect(after[other], other).toEqual(before[other])
    expect(rig.state().parts[other], other).toMatchObject({ error: null, unreadable: [] })
  }
}

/** A relay only reports what its own feed does: one fault of each kind. */
const RELAYED = FAULTS.filter(
  ([, kind], n) => kind === null || FAULTS.findIndex(([, other]) => other === kind) === n,
)

describe.each<[string, typeof RELAYED, OpenMemoryRig]>([
  ['directly', [...FAULTS], openMemoryRig],
  ['through a relay', RELAYED, scenario => openRelayMemoryRig({ client: 0, relays: [0] }, scenario)],
])('a route that fails, %s', (_, faults, openRig) => {
  it.each(faults)('with %j costs nothing but its own part, and recovers', async (fault, kind) => {
    for (const part of PART_NAMES) {
      await withRig(openRig, async rig => {
        await rig.start()
        await rig.wait(3_000)
        const before = viewOf(rig.state())
        rig.rig.knob({ do: 'route', route: PART_PATHS[part], ...fault })
        await rig.reread()
        await rig.wait(12_000)
        if (kind !== 'limited') expectOthersWhole(rig, part, before)
        if (kind !== null) {
          expect(viewOf(rig.state()), 'last values').toEqual(before)
          expectKind(rig, part, kind)
        }
        expect(rig.state().status?.link).toBe('live')
        rig.rig.knob(OFF)
        await rig.reread()
        await rig.until(() => rig.state().parts[part].error === null)
        expect(viewOf(rig.state()), 'recovered').toEqual(before)
      })
    }
  })

  it.each(faults)('with %j from the start hides nothing but its own part', async (fault, kind) => {
    let whole: View | null = null
    await withRig(openRig, async rig => {
      await rig.start()
      await rig.wait(3_000)
      whole = viewOf(rig.state())
    })
    for (const part of PART_NAMES) {
      await withRig(openRig, async rig => {
        rig.rig.knob({ do: 'route', route: PART_PATHS[part], ...fault })
        await rig.start()
        await rig.wait(12_000)
        if (whole !== null && kind !== 'limited') expectOthersWhole(rig, part, whole)
        if (kind !== null) expectKind(rig, part, kind)
      })
    }
  })
})
