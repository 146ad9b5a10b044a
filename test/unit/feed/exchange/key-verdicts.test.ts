import { describe, expect, it } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import type { KeyInput } from '../../../../src/feed/connection/key-machine.ts'
import { KeyVerdicts } from '../../../../src/feed/exchange/key-verdicts.ts'

const refusal = new AxisorError('key-refused', '401')
const forbidden = new AxisorError('missing-permission', '403')
const SIGNED = ['account', 'isolatedRunning', 'isolatedOpen', 'crossPosition', 'crossOpen'] as const

function setUp(error: AxisorError | null = null) {
  const verdicts = new KeyVerdicts(error)
  const inputs: KeyInput[] = []
  verdicts.onKey(input => inputs.push(input))
  return { verdicts, inputs }
}

describe('KeyVerdicts', () => {
  it('reports a key that is refused by every route, once all have answered', () => {
    const { verdicts, inputs } = setUp()
    for (const route of SIGNED.slice(1)) verdicts.refused(route, refusal)
    expect(inputs).toEqual([])
    verdicts.refused('account', refusal)
    expect(inputs).toEqual([{ type: 'key-refused', error: refusal, everywhere: true }])
  })

  it('reports the refusal of one route at once if others are accepted', () => {
    const { verdicts, inputs } = setUp()
    verdicts.accepted('account')
    verdicts.refused('isolatedRunning', refusal)
    expect(inputs).toEqual([
      { type: 'key-accepted', everywhere: false },
      { type: 'key-refused', error: refusal, everywhere: false },
    ])
  })

  it('forbids only the refused route, and the routes that need the same permission', () => {
    const { verdicts } = setUp()
    verdicts.accepted('account')
    verdicts.refused('isolatedRunning', refusal)
    expect(verdicts.refusalOf('isolatedRunning')).toBe(refusal)
    expect(verdicts.refusalOf('isolatedClosed')).toBe(refusal)
    expect(verdicts.refusalOf('swaps')).toBeNull()
    expect(verdicts.refusalOf('account')).toBeNull()
    expect(verdicts.refusalOf('ticker')).toBeNull()
    expect(verdicts.refusalOf('stream')).toBeNull()
  })

  it('allows one request per attempt', () => {
    const { verdicts, inputs } = setUp(refusal)
    expect(verdicts.refusalOf('stream')).toBe(refusal)
    verdicts.allowAttempt()
    expect(verdicts.refusalOf('account')).toBeNull()
    expect(verdicts.isRetry('account')).toBe(true)
    verdicts.refused('account', refusal)
    expect(verdicts.refusalOf('account')).toBe(refusal)
    expect(verdicts.refusalOf('crossOpen')).toBeNull()
    expect(inputs).toEqual([])
  })

  it('reports acceptance everywhere only after every refused request was accepted', () => {
    const { verdicts, inputs } = setUp(refusal)
    verdicts.allowAttempt()
    for (const route of SIGNED) verdicts.accepted(route)
    verdicts.report()
    expect(inputs.at(-1)).toEqual({ type: 'key-accepted', everywhere: false })
    verdicts.accepted('stream')
    verdicts.report()
    expect(inputs.at(-1)).toEqual({ type: 'key-accepted', everywhere: true })
  })

  it('counts a 403 only for a route that was readable before', () => {
    const { verdicts, inputs } = setUp()
    verdicts.refused('crossOpen', forbidden)
    verdicts.report()
    expect(inputs).toEqual([])
    expect(verdicts.refusalOf('crossOpen')).toBeNull()
    verdicts.accepted('crossOpen')
    verdicts.refused('crossOpen', forbidden)
    verdicts.report()
    expect(inputs.at(-1)).toMatchObject({ type: 'key-refused', error: forbidden })
  })

  it('takes a refusal on the stream for one of the whole key', () => {
    const { verdicts, inputs } = setUp()
    verdicts.accepted('account')
    verdicts.refused('stream', refusal)
    expect(inputs.at(-1)).toEqual({ type: 'key-refused', error: refusal, everywhere: true })
  })
})
