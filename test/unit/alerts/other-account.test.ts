import { describe, expect, it } from 'vitest'
import { openAlertRig } from '../../support/alert-rig.ts'
import { ACCOUNT, readAt, T0 } from '../../support/samples.ts'

const LATER = T0 + 60_000

/** A program that starts with the memory of another one, and reads an account without positions. */
function restartedAs(username: string) {
  const before = openAlertRig()
  before.slide(T0, 0.02)
  const restarted = openAlertRig({}, LATER, before.stored())
  const flat = { isolated: readAt(LATER, []), account: readAt(LATER, { ...ACCOUNT, username }) }
  restarted.slide(LATER, 0.02, flat)
  restarted.evaluate(LATER + 20_000)
  return restarted
}

describe('the memory of the engine', () => {
  it('is dropped once the data is of another account: none of its positions has ended', () => {
    const restarted = restartedAs('another')
    expect(restarted.notices).toEqual([])
    expect(restarted.active()).toEqual([])
    expect(restarted.state().missing).toEqual([])
  })

  it('is kept for the same account: its missing position has ended', () => {
    const restarted = restartedAs('trader')
    expect(restarted.active().map(({ kind, level }) => `${kind} ${level}`)).toContain('position critical')
  })
})
