import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { initialEngineState } from '../../../src/alerts/engine-state.ts'
import { decodeEngineState, encodeEngineState } from '../../../src/alerts/stored-engine.ts'
import { sameTime } from '../../../src/domain/wall-clock.ts'
import { flatAt, openAlertRig } from '../../support/alert-rig.ts'
import { madeCross, readAt, statusEvent, T0 } from '../../support/samples.ts'

describe('the stored form', () => {
  it.each([
    null,
    '',
    '{',
    '[]',
    'null',
    '7',
    '{"version":2}',
    '{"version":1}',
    '{"version":1,"firing":[],"open":1}',
    '{"version":1,"firing":[],"open":[]}',
  ])('that is %j starts without a memory', text => {
    const state = decodeEngineState(text, T0, sameTime)
    expect(state.firing.size).toBe(0)
    expect(state).toMatchObject({ startedAt: T0, seenAt: null, lastEventAt: T0, open: [], missing: [] })
  })

  it('has no time later than a clock that was set back', () => {
    const rig = openAlertRig()
    rig.dispatch(statusEvent(T0 + 5_000))
    rig.slide(T0 + 5_000, 0.02)
    const { firing, seenAt, lastEventAt } = decodeEngineState(rig.stored(), T0, sameTime)
    expect([...firing.values()].map(({ noticedAt, foundAt }) => [noticedAt, foundAt])).toEqual([[T0, T0]])
    expect([seenAt, lastEventAt]).toEqual([T0, T0])
  })

  it('keeps the lengths of snoozes and the ages of alerts in a process whose clock was not set back', () => {
    const rig = openAlertRig()
    rig.dispatch(statusEvent(T0))
    rig.slide(T0, 0.02)
    rig.snooze({ rule: null, until: T0 + 600_000 }, T0)
    const HOUR_MS = 3_600_000
    const stored = encodeEngineState(rig.state(), at => at - HOUR_MS)
    const now = T0 - HOUR_MS + 10_000
    const { snoozes, firing } = decodeEngineState(stored, now, sameTime)
    expect(snoozes).toEqual([{ rule: null, until: now + 590_000 }])
    expect([...firing.values()].map(({ alert, noticedAt }) => [alert.since, noticedAt])).toEqual([
      [now - 10_000, now - 10_000],
    ])
    const back = decodeEngineState(stored, T0 + 10_000, at => at - HOUR_MS)
    expect([back.snoozes, back.firing]).toEqual([rig.state().snoozes, rig.state().firing])
  })

  it('of any content never makes the engine fail', () => {
    const valid = JSON.parse(storedSample())
    const paths = pathsOf(valid)
    const broken = fc
      .tuple(fc.constantFrom(...paths), fc.jsonValue())
      .map(([path, value]) => JSON.stringify(replaced(valid, path, value)))
    fc.assert(
      fc.property(fc.oneof(fc.json(), broken, fc.string()), text => {
        const rig = openAlertRig({}, T0, text)
        rig.dispatch(statusEvent(T0))
        rig.slide(T0, 0.02)
        rig.dispatch(flatAt(T0 + 1_000))
        rig.evaluate(T0 + 1_000)
        rig.evaluate(T0 + 20_000)
        rig.acknowledge(null, T0 + 20_000)
      }),
      { numRuns: 1_000 },
    )
  })

  it('without one of its members starts without a memory', () => {
    const { version, ...members } = JSON.parse(storedSample())
    for (const name of Object.keys(members)) {
      const rest = Object.fromEntries(Object.entries(members).filter(([member]) => member !== name))
      expect(decodeEngineState(JSON.stringify({ version, ...rest }), T0, sameTime)).toEqual(
        initialEngineState(T0),
      )
    }
  })
})

/** A stored state with a firing, a recent, an open and a missing entry, and a snooze. */
function storedSample(): string {
  const rig = openAlertRig()
  rig.dispatch(statusEvent(T0))
  rig.slide(T0, 0.02)
  rig.slide(T0 + 1_000, 0.3)
  rig.slide(T0 + 2_000, 0.02, { cross: readAt(T0 + 2_000, madeCross()) })
  rig.slide(T0 + 3_000, 0.02)
  rig.snooze({ rule: null, until: T0 + 60_000 }, T0)
  const stored = JSON.parse(rig.stored())
  for (const list of ['firing', 'recent', 'open', 'missing', 'snoozes'])
    expect([list, stored[list].length > 0]).toEqual([list, true])
  return rig.stored()
}

type Path = readonly string[]

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]))]
}

function replaced(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
  if (name === undefined) return by
  const copy: unknown = Array.isArray(value) ? [...value] : { ...Object(value) }
  Reflect.set(Object(copy), name, replaced(Reflect.get(Object(copy), name), rest, by))
  return copy
}
