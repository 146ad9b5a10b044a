import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import {
  idleLink,
  type Link,
  type LinkEffect,
  type LinkInput,
  nextDeadline,
  transition,
} from '../../../../src/feed/connection/connection-machine.ts'
import { DEFAULT_POLICY as policy } from '../../../../src/feed/policy.ts'

const gone = new AxisorError('connection-lost', 'gone')
const refused = new AxisorError('key-refused', 'no')

/** Runs inputs at their times; returns the last state and all effects. */
function run(inputs: readonly (readonly [at: number, input: LinkInput])[], from: Link = idleLink(0, 'host')) {
  let link = from
  const effects: LinkEffect['type'][] = []
  for (const [at, input] of inputs) {
    const next = transition(link, input, at, policy)
    link = next.link
    effects.push(...next.effects.map(effect => effect.type))
  }
  return { link, effects }
}

const toLive: readonly (readonly [number, LinkInput])[] = [
  [0, { type: 'start' }],
  [10, { type: 'opened', epoch: 1 }],
  [20, { type: 'ready', epoch: 1 }],
]

function disconnected(epoch: number, random = 0.5, error = gone): LinkInput {
  return { type: 'disconnected', epoch, error, random }
}

const keyRefused: LinkInput = { type: 'key-refused', error: refused, everywhere: true }

const timer: LinkInput = { type: 'timer', random: 0.5 }

describe('transition', () => {
  it('dials, handshakes and goes live', () => {
    const { link, effects } = run(toLive)
    expect(effects).toEqual(['dial', 'handshake'])
    expect(link).toMatchObject({ state: 'live', epoch: 1, deadlineAt: 20 + policy.silenceMs, attempt: 0 })
  })

  it('times out a dial and a handshake', () => {
    const dialing = run([toLive[0] ?? [0, timer], [policy.dialMs, timer]])
    expect(dialing.link).toMatchObject({ state: 'waiting', attempt: 1, lastError: { code: 'timeout' } })
    expect(dialing.link.lastError?.message).toBe('no connection to host within 10 s')
    const preparing = run([...toLive.slice(0, 2), [10 + policy.handshakeMs, timer]])
    expect(preparing.link).toMatchObject({ state: 'waiting', lastError: { code: 'timeout' } })
    expect(preparing.effects.at(-1)).toBe('close')
  })

  it('ignores the timer before the deadline', () => {
    const { link } = run([...toLive, [20 + policy.silenceMs - 1, timer]])
    expect(link).toMatchObject({ state: 'live', pingPending: false })
  })

  it('pings after silence and disconnects after a missing pong', () => {
    const first = 20 + policy.silenceMs
    const pinged = run([...toLive, [first, timer]])
    expect(pinged).toMatchObject({
      link: { state: 'live', pingPending: true },
      effects: ['dial', 'handshake', 'ping'],
    })
    const active = run([[first + 5, { type: 'activity', epoch: 1, at: first + 5 }]], pinged.link)
    expect(active.link).toMatchObject({
      state: 'live',
      pingPending: false,
      deadlineAt: first + 5 + policy.silenceMs,
    })
    const silent = run([[first + policy.pongMs, timer]], pinged.link)
    expect(silent.link).toMatchObject({ state: 'waiting', lastError: { code: 'silence' } })
  })

  it('waits the full time for a pong after the machine has slept', () => {
    const { link } = run([...toLive, [10_000_000, timer]])
    expect(link).toMatchObject({ state: 'live', pingPending: true, deadlineAt: 10_000_000 + policy.pongMs })
  })

  it('ignores inputs of an older epoch', () => {
    const { link } = run([...toLive, [30, disconnected(1)], [10_000, timer]])
    expect(link).toMatchObject({ state: 'dialing', epoch: 2 })
    for (const input of [
      { type: 'opened', epoch: 1 },
      { type: 'ready', epoch: 1 },
      { type: 'activity', epoch: 1, at: 10_001 },
      disconnected(1),
    ] as const) {
      expect(transition(link, input, 10_001, policy)).toEqual({ link, effects: [] })
    }
  })

  it('doubles the limit of the retry delay from 1 s up to 30 s', () => {
    let link = run([[0, { type: 'start' }]]).link
    const limits: number[] = []
    for (let n = 0; n < 8; n += 1) {
      const now = link.since
      link = transition(link, disconnected(link.epoch, 0.999_999), now, policy).link
      limits.push(Math.ceil(((link.deadlineAt ?? 0) - now) / 1000) * 1000)
      link = transition(link, timer, link.deadlineAt ?? 0, policy).link
      expect(link.state).toBe('dialing')
    }
    expect(limits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('honors the requested retry delay', () => {
    const busy = new AxisorError('rate-limited', 'busy', { retryAfterMs: 90_000 })
    expect(run([...toLive, [30, disconnected(1, 0, busy)]]).link.deadlineAt).toBe(90_030)
  })

  it('caps the requested retry delay at five minutes', () => {
    const closed = new AxisorError('unavailable', 'back tomorrow', { retryAfterMs: 86_400_000 })
    expect(run([...toLive, [30, disconnected(1, 0, closed)]]).link.deadlineAt).toBe(300_030)
    const endless = new AxisorError('unavailable', 'never', { retryAfterMs: Number.POSITIVE_INFINITY })
    expect(run([...toLive, [30, disconnected(1, 0, endless)]]).link.deadlineAt).toBe(300_030)
  })

  it('resets the attempts only after a stable minute', () => {
    const attemptsAfter = (liveMs: number): number => {
      const first = run([...toLive, [30, disconnected(1)], [2_000, timer]])
      const second = run(
        [
          [2_010, { type: 'opened', epoch: 2 }],
          [2_020, { type: 'ready', epoch: 2 }],
          [2_020 + liveMs, disconnected(2)],
        ],
        first.link,
      )
      return second.link.attempt
    }
    expect(attemptsAfter(policy.stableMs - 1)).toBe(2)
    expect(attemptsAfter(policy.stableMs)).toBe(1)
  })

  it('counts reconnects', () => {
    const reconnected = run([
      ...toLive,
      [30, disconnected(1)],
      [2_000, timer],
      [2_010, { type: 'opened', epoch: 2 }],
      [2_020, { type: 'ready', epoch: 2 }],
    ])
    expect(reconnected.link).toMatchObject({ state: 'live', reconnects: 1 })
  })

  it('stops for good on a non-retryable error and on stop', () => {
    for (const input of [
      disconnected(1, 0.5, refused),
      { type: 'rejected', error: refused },
      { type: 'stop' },
    ] as const) {
      const { link, effects } = run([...toLive, [30, input]])
      expect(link).toMatchObject({ state: 'stopped', deadlineAt: null })
      expect(effects.at(-1)).toBe('close')
    }
    expect(run([...toLive, [30, { type: 'rejected', error: gone }]]).link.state).toBe('live')
  })

  it('keeps the socket and its timers while the key is refused', () => {
    const before = run([...toLive, [30, { type: 'key-accepted', everywhere: true }]])
    const { link, effects } = run([[40, keyRefused]], before.link)
    expect(effects).toEqual([])
    expect(link).toMatchObject({
      state: 'live',
      deadlineAt: before.link.deadlineAt,
      key: { state: 'refused' },
    })
    expect(nextDeadline(link)).toBe(40 + 2_000)
    const tried = run([[2_040, timer]], link)
    expect(tried.effects).toEqual(['try-key'])
    expect(nextDeadline(tried.link)).toBe(before.link.deadlineAt)
    const silent = run([[20 + policy.silenceMs, timer]], tried.link)
    expect(silent.effects).toEqual(['ping'])
  })

  it('stops for good if a key that was never accepted is refused', () => {
    const { link, effects } = run([...toLive, [30, keyRefused]])
    expect(effects.at(-1)).toBe('close')
    expect(link).toMatchObject({ state: 'stopped', lastError: refused, deadlineAt: null })
    expect(nextDeadline(link)).toBeNull()
  })

  it('does not stop at a refusal after the key was accepted', () => {
    const { link } = run([...toLive, [30, { type: 'key-accepted', everywhere: true }]])
    expect(run([[40, { type: 'rejected', error: refused }]], link).link.state).toBe('live')
    expect(run([[40, disconnected(1, 0.5, refused)]], link).link.state).toBe('waiting')
    const mayWrite = new AxisorError('key-may-write', 'no')
    expect(run([[40, { type: 'rejected', error: mayWrite }]], link).link.state).toBe('stopped')
  })

  it('keeps its invariants for any sequence of inputs', () => {
    const epochs = fc.integer({ min: 0, max: 4 })
    const randoms = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
    const input: fc.Arbitrary<LinkInput> = fc.oneof(
      fc.constant<LinkInput>({ type: 'start' }),
      epochs.map((epoch): LinkInput => ({ type: 'opened', epoch })),
      epochs.map((epoch): LinkInput => ({ type: 'ready', epoch })),
      epochs.map((epoch): LinkInput => ({ type: 'activity', epoch, at: 0 })),
      fc.tuple(epochs, randoms).map(([epoch, random]) => disconnected(epoch, random)),
      randoms.map((random): LinkInput => ({ type: 'timer', random })),
      fc.constantFrom<LinkInput>({ type: 'stop' }, { type: 'rejected', error: refused }),
      fc.constantFrom<LinkInput>(keyRefused, { type: 'key-requested' }),
      fc.boolean().map((everywhere): LinkInput => ({ type: 'key-accepted', everywhere })),
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 40_000 }), input), { maxLength: 60 }),
        inputs => {
          let link = idleLink(0, 'host')
          let now = 0
          let sockets = 0
          for (const [delay, each] of inputs) {
            now += delay
            const next = transition(link, each, now, policy)
            if (link.state === 'stopped') expect(next).toEqual({ link, effects: [] })
            expect(next.link.epoch).toBeGreaterThanOrEqual(link.epoch)
            link = next.link
            for (const effect of next.effects) {
              if (effect.type === 'dial') sockets += 1
              if (effect.type === 'close') sockets -= 1
            }
            const open = ['dialing', 'preparing', 'live'].includes(link.state)
            expect(sockets).toBe(open ? 1 : 0)
            expect(link.deadlineAt === null).toBe(link.state === 'idle' || link.state === 'stopped')
            if (link.state === 'stopped') expect(nextDeadline(link)).toBeNull()
            if (link.deadlineAt !== null && next.effects.some(({ type }) => type !== 'try-key'))
              expect(link.deadlineAt).toBeGreaterThan(now)
          }
        },
      ),
    )
  })
})
