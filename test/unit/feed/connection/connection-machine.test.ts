import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AxisorError } from '../../../../src/domain/error.ts'
import {
  idleLink,
  type Link,
  type LinkEffect,
  type LinkInput,
  transition,
} from '../../../../src/feed/connection/connection-machine.ts'
import { DEFAULT_POLICY as policy } from '../../../../src/feed/policy.ts'

const gone = new AxisorError('connection-lost', 'gone')
const refused = new AxisorError('key-refused', 'no')

/** Runs inputs, each at its time, and gives the last link and all effects. */
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

function lost(epoch: number, fraction = 0.5, error = gone): LinkInput {
  return { type: 'lost', epoch, error, fraction }
}

const tick: LinkInput = { type: 'deadline', fraction: 0.5 }

describe('a link', () => {
  it('dials, prepares, comes live', () => {
    const { link, effects } = run(toLive)
    expect(effects).toEqual(['dial', 'handshake'])
    expect(link).toMatchObject({ state: 'live', epoch: 1, deadlineAt: 20 + policy.silenceMs, attempt: 0 })
  })

  it('gives up a dial and a preparation that take too long', () => {
    const dialing = run([toLive[0] ?? [0, tick], [policy.dialMs, tick]])
    expect(dialing.link).toMatchObject({ state: 'waiting', attempt: 1, lastError: { code: 'timeout' } })
    expect(dialing.link.lastError?.message).toBe('no connection to host within 10 s')
    const preparing = run([...toLive.slice(0, 2), [10 + policy.handshakeMs, tick]])
    expect(preparing.link).toMatchObject({ state: 'waiting', lastError: { code: 'timeout' } })
    expect(preparing.effects.at(-1)).toBe('close')
  })

  it('does nothing before a deadline', () => {
    const { link } = run([...toLive, [20 + policy.silenceMs - 1, tick]])
    expect(link).toMatchObject({ state: 'live', pingPending: false })
  })

  it('doubts after silence, and is lost after more of it', () => {
    const first = 20 + policy.silenceMs
    const doubt = run([...toLive, [first, tick]])
    expect(doubt).toMatchObject({
      link: { state: 'live', pingPending: true },
      effects: ['dial', 'handshake', 'ping'],
    })
    const heard = run([[first + 5, { type: 'frame', epoch: 1 }]], doubt.link)
    expect(heard.link).toMatchObject({
      state: 'live',
      pingPending: false,
      deadlineAt: first + 5 + policy.silenceMs,
    })
    const silent = run([[first + policy.pongMs, tick]], doubt.link)
    expect(silent.link).toMatchObject({ state: 'waiting', lastError: { code: 'silence' } })
  })

  it('gives the wait for a pong its full time after a sleep of the machine', () => {
    const { link } = run([...toLive, [10_000_000, tick]])
    expect(link).toMatchObject({ state: 'live', pingPending: true, deadlineAt: 10_000_000 + policy.pongMs })
  })

  it('ignores what an older epoch says', () => {
    const { link } = run([...toLive, [30, lost(1)], [10_000, tick]])
    expect(link).toMatchObject({ state: 'dialing', epoch: 2 })
    for (const input of [
      { type: 'opened', epoch: 1 },
      { type: 'ready', epoch: 1 },
      { type: 'frame', epoch: 1 },
      lost(1),
    ] as const) {
      expect(transition(link, input, 10_001, policy)).toEqual({ link, effects: [] })
    }
  })

  it('tries again within a second at first, then within twice as long each time, at most 30 s', () => {
    let link = run([[0, { type: 'start' }]]).link
    const limits: number[] = []
    for (let n = 0; n < 8; n += 1) {
      const now = link.since
      link = transition(link, lost(link.epoch, 0.999_999), now, policy).link
      limits.push(Math.ceil(((link.deadlineAt ?? 0) - now) / 1000) * 1000)
      link = transition(link, tick, link.deadlineAt ?? 0, policy).link
      expect(link.state).toBe('dialing')
    }
    expect(limits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('waits as long as the other side asked for', () => {
    const busy = new AxisorError('rate-limited', 'busy', { retryAfterMs: 90_000 })
    expect(run([...toLive, [30, lost(1, 0, busy)]]).link.deadlineAt).toBe(90_030)
  })

  it('caps the wait that a peer asks for at five minutes', () => {
    const closed = new AxisorError('unavailable', 'back tomorrow', { retryAfterMs: 86_400_000 })
    expect(run([...toLive, [30, lost(1, 0, closed)]]).link.deadlineAt).toBe(300_030)
    const endless = new AxisorError('unavailable', 'never', { retryAfterMs: Number.POSITIVE_INFINITY })
    expect(run([...toLive, [30, lost(1, 0, endless)]]).link.deadlineAt).toBe(300_030)
  })

  it('forgets its failures only after a steady minute', () => {
    const again = (liveMs: number): number => {
      const first = run([...toLive, [30, lost(1)], [2_000, tick]])
      const second = run(
        [
          [2_010, { type: 'opened', epoch: 2 }],
          [2_020, { type: 'ready', epoch: 2 }],
          [2_020 + liveMs, lost(2)],
        ],
        first.link,
      )
      return second.link.attempt
    }
    expect(again(policy.steadyMs - 1)).toBe(2)
    expect(again(policy.steadyMs)).toBe(1)
  })

  it('counts how often it came back', () => {
    const back = run([
      ...toLive,
      [30, lost(1)],
      [2_000, tick],
      [2_010, { type: 'opened', epoch: 2 }],
      [2_020, { type: 'ready', epoch: 2 }],
    ])
    expect(back.link).toMatchObject({ state: 'live', reconnects: 1 })
  })

  it('stops for good on an error that is not worth a retry, and on stop', () => {
    for (const input of [
      lost(1, 0.5, refused),
      { type: 'refused', error: refused },
      { type: 'stop' },
    ] as const) {
      const { link, effects } = run([...toLive, [30, input]])
      expect(link).toMatchObject({ state: 'stopped', deadlineAt: null })
      expect(effects.at(-1)).toBe('close')
    }
    expect(run([...toLive, [30, { type: 'refused', error: gone }]]).link.state).toBe('live')
  })

  it('obeys its invariants whatever happens in whatever order', () => {
    const epochs = fc.integer({ min: 0, max: 4 })
    const fraction = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
    const input: fc.Arbitrary<LinkInput> = fc.oneof(
      fc.constant<LinkInput>({ type: 'start' }),
      epochs.map((epoch): LinkInput => ({ type: 'opened', epoch })),
      epochs.map((epoch): LinkInput => ({ type: 'ready', epoch })),
      epochs.map((epoch): LinkInput => ({ type: 'frame', epoch })),
      fc.tuple(epochs, fraction).map(([epoch, dice]) => lost(epoch, dice)),
      fraction.map((dice): LinkInput => ({ type: 'deadline', fraction: dice })),
      fc.constantFrom<LinkInput>({ type: 'stop' }, { type: 'refused', error: refused }),
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
            if (link.deadlineAt !== null && next.effects.length > 0)
              expect(link.deadlineAt).toBeGreaterThan(now)
          }
        },
      ),
    )
  })
})
