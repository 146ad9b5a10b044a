import { describe, expect, it } from 'vitest'
import { sats, usd } from '../../../src/domain/units.ts'
import { closedTrade, endedAt, historyAt } from '../../support/alert-ends.ts'
import { type AlertRig, defaultRule, flatAt, longAt, openAlertRig } from '../../support/alert-rig.ts'
import { changeEvent, madePosition, readAt, statusEvent, T0 } from '../../support/samples.ts'

const NAME = 'isolated long 10,000 USD 7f3a'

/** A rig that has seen the sample long at a distance. */
function opened(distance: number, ...args: Parameters<typeof openAlertRig>): AlertRig {
  const rig = openAlertRig(...args)
  rig.dispatch(statusEvent(T0))
  rig.slide(T0, distance)
  rig.notices.length = 0
  rig.raised.length = 0
  return rig
}

/** `EVENT LEVEL: MESSAGE` of each notice. */
function sent(rig: AlertRig): readonly string[] {
  return rig.notices.map(({ event, alert }) => `${event} ${alert.level}: ${alert.message}`)
}

describe('a liquidation', () => {
  it('seen live is a level above critical, with the loss in sats and USD', () => {
    const rig = opened(0.02)
    rig.dispatch(endedAt(T0 + 1_000, 'liquidation', { exitPriceUsd: 66_800 }))
    rig.evaluate(T0 + 1_000)
    expect(sent(rig)).toEqual([
      `firing liquidated: ${NAME} was LIQUIDATED at 66,800.0, P&L -712,758 sats (-476.12 USD)`,
      'resolved critical: the position is no longer open',
    ])
    expect(rig.active()).toMatchObject([{ level: 'liquidated', kind: 'position', remedy: null }])
  })

  it('in one jump from far away says how far it was', () => {
    const rig = opened(0.3)
    rig.dispatch(endedAt(T0 + 1_000, 'liquidation', { exitPriceUsd: 66_800, plSats: -700_000 }))
    rig.evaluate(T0 + 1_000)
    expect(sent(rig)).toEqual([
      `firing liquidated: ${NAME} was LIQUIDATED at 66,800.0, P&L -700,000 sats (-467.60 USD), in one jump: it was 30.00% away`,
    ])
  })

  it('found after a gap in the history has the time of the exchange and the time without sight', () => {
    const rig = opened(0.3)
    const found = T0 + 600_000
    rig.dispatch(flatAt(found))
    rig.evaluate(found)
    expect(sent(rig)).toEqual([])
    rig.dispatch(historyAt(found + 1_000, { closed: [closedTrade({ closedAt: T0 + 120_000 })] }))
    rig.evaluate(found + 1_000)
    expect(sent(rig)).toEqual([
      `firing liquidated: ${NAME} was LIQUIDATED at 66,809.5, on 2026-11-23T18:49:40.000Z, P&L -712,758 sats (-476.19 USD), as its exit price shows, found after 10m00s without sight`,
    ])
  })

  it('has one id however it is found, so that two programs report the same alert', () => {
    const live = opened(0.3)
    live.dispatch(endedAt(T0 + 1_000, 'liquidation'))
    live.evaluate(T0 + 1_000)
    const later = opened(0.3)
    later.dispatch(flatAt(T0 + 5_000), historyAt(T0 + 5_000, { closed: [closedTrade({ closedAt: T0 })] }))
    later.evaluate(T0 + 5_000)
    expect(later.active()[0]?.id).toBe(live.active()[0]?.id)
  })

  it('stays until it is acknowledged, also after a restart', () => {
    const rig = opened(0.3)
    rig.dispatch(endedAt(T0 + 1_000, 'liquidation'))
    rig.evaluate(T0 + 1_000)
    rig.dispatch(flatAt(T0 + 50_000_000))
    rig.evaluate(T0 + 50_000_000)
    rig.restart(T0 + 50_001_000)
    rig.evaluate(T0 + 50_001_000)
    expect(rig.active()).toMatchObject([{ level: 'liquidated', state: 'firing', since: T0 + 1_000 }])
    expect(new Set(rig.notices.map(({ alert }) => alert.id)).size).toBe(1)
    rig.acknowledge(null, T0 + 50_002_000)
    rig.evaluate(T0 + 50_002_000)
    expect(rig.active()).toEqual([])
  })

  it('is liquidated whatever level the rule has', () => {
    const rig = opened(0.3, { rules: [defaultRule('position', { level: 'info' })] })
    rig.dispatch(endedAt(T0 + 1_000, 'liquidation'))
    rig.evaluate(T0 + 1_000)
    expect(rig.active().map(({ level }) => level)).toEqual(['liquidated'])
  })
})

describe('an end that the exchange reports', () => {
  it.each([
    ['stop-loss', 'warn', 'was closed by its stop-loss'],
    ['take-profit', 'info', 'was closed by its take-profit'],
    ['closed', 'info', 'was closed'],
  ] as const)('by %s has its result', (why, level, verb) => {
    const rig = opened(0.3)
    rig.dispatch(endedAt(T0 + 1_000, why, { plSats: 1_000, exitPriceUsd: 70_000 }))
    rig.evaluate(T0 + 1_000)
    expect(sent(rig)).toEqual([`event ${level}: ${NAME} ${verb} at 70,000.0, P&L +1,000 sats (+0.70 USD)`])
    expect(rig.active()).toEqual([])
    expect(rig.state().recent.map(({ message }) => message)).toHaveLength(1)
    rig.dispatch(flatAt(T0 + 2_000))
    rig.evaluate(T0 + 2_000)
    expect(rig.notices).toHaveLength(1)
  })

  it('without a result says so', () => {
    const rig = opened(0.3)
    rig.dispatch(endedAt(T0 + 1_000, 'closed'))
    rig.evaluate(T0 + 1_000)
    expect(sent(rig)).toEqual([`event info: ${NAME} was closed, P&L not known yet`])
  })

  it('is left out if the rule does not name it', () => {
    const rig = opened(0.3, { rules: [defaultRule('position', { events: ['liquidated'] })] })
    rig.dispatch(endedAt(T0 + 1_000, 'stop-loss'))
    rig.evaluate(T0 + 1_000)
    expect(rig.raised).toEqual([])
  })
})

describe('the reason of an end that only the history has', () => {
  it.each([
    ['a loss of the whole margin', { plSats: sats(-712_758), exitPriceUsd: usd(67_500) }, 'was LIQUIDATED'],
    [
      'an exit below the liquidation',
      { plSats: sats(-700_000), exitPriceUsd: usd(66_700) },
      'was LIQUIDATED',
    ],
    [
      'an exit at the stop-loss',
      { plSats: sats(-1), exitPriceUsd: usd(68_000) },
      'was closed by its stop-loss',
    ],
    ['an exit at the take-profit', { plSats: sats(1), exitPriceUsd: usd(72_400) }, 'by its take-profit'],
    ['an exit between', { plSats: sats(1), exitPriceUsd: usd(70_000) }, 'was closed at'],
    ['no exit price', { plSats: sats(1), exitPriceUsd: null }, 'was closed, on'],
  ])('follows from %s', (_name, closed, words) => {
    const rig = openAlertRig()
    const position = madePosition({ stopLossUsd: usd(68_000) })
    rig.slide(T0, 0.3, { isolated: readAt(T0, [position]) })
    rig.notices.length = 0
    rig.dispatch(flatAt(T0 + 60_000), historyAt(T0 + 60_000, { closed: [closedTrade(closed)] }))
    rig.evaluate(T0 + 60_000)
    expect(rig.notices.map(({ alert }) => alert.message).join()).toContain(words)
  })
})

describe('a position that is missing', () => {
  it('is reported as unknown after 15 s, and resolved when the exchange reports its end', () => {
    const rig = opened(0.3)
    rig.dispatch(flatAt(T0 + 5_000))
    rig.evaluate(T0 + 5_000)
    rig.dispatch(flatAt(T0 + 19_000))
    rig.evaluate(T0 + 19_999)
    expect(sent(rig)).toEqual([])
    rig.evaluate(T0 + 20_000)
    rig.evaluate(T0 + 21_000)
    rig.dispatch(
      historyAt(T0 + 40_000, { closed: [closedTrade({ plSats: sats(5), exitPriceUsd: usd(71_000) })] }),
    )
    rig.evaluate(T0 + 40_000)
    expect(sent(rig)).toEqual([
      `firing critical: ${NAME} has ended, closed or liquidated; the exchange has not reported how yet`,
      `event info: ${NAME} was closed at 71,000.0, P&L +5 sats (0.00 USD)`,
      'resolved critical: the exchange has reported how it ended',
    ])
  })

  it('keeps its liquidation alert until its end is known', () => {
    const rig = opened(0.02)
    rig.dispatch(flatAt(T0 + 5_000))
    rig.evaluate(T0 + 5_000)
    expect(rig.active().map(({ kind, level }) => `${kind} ${level}`)).toEqual(['liquidation critical'])
    rig.dispatch(historyAt(T0 + 6_000, { closed: [closedTrade()] }))
    rig.evaluate(T0 + 6_000)
    expect(rig.active().map(({ kind, level }) => `${kind} ${level}`)).toEqual(['position liquidated'])
  })

  it('is no longer missing once it is listed again', () => {
    const rig = opened(0.3)
    rig.dispatch(flatAt(T0 + 5_000))
    rig.evaluate(T0 + 5_000)
    rig.evaluate(T0 + 20_000)
    rig.slide(T0 + 21_000, 0.3)
    expect(sent(rig).slice(1)).toEqual(['resolved critical: the position is listed again'])
    expect(rig.state().missing).toEqual([])
  })

  it.each([
    ['liquidated', sats(-712_758), 'firing liquidated'],
    ['closed', sats(1), 'event info'],
  ])('is reported once as %s although an old list has it again', (_how, plSats, notice) => {
    const rig = opened(0.3)
    const exitPriceUsd = usd(70_000)
    rig.dispatch(historyAt(T0 + 1_000, { closed: [closedTrade({ plSats, exitPriceUsd })] }))
    for (const second of [1, 3]) {
      rig.dispatch(flatAt(T0 + second * 1_000))
      rig.evaluate(T0 + second * 1_000)
      rig.slide(T0 + (second + 1) * 1_000, 0.3)
    }
    expect(rig.log()).toEqual([notice])
  })

  it('is no longer looked for after a day', () => {
    const rig = opened(0.3)
    rig.dispatch(flatAt(T0 + 5_000))
    rig.evaluate(T0 + 5_000)
    rig.evaluate(T0 + 20_000)
    rig.dispatch(flatAt(T0 + 86_405_000))
    rig.evaluate(T0 + 86_405_000)
    expect(
      rig.notices.filter(({ event }) => event === 'resolved').map(({ alert }) => alert.message),
    ).toContain('the exchange has not reported within a day how it ended')
  })

  it('is not reported by a rule that reports no ends', () => {
    const rig = opened(0.3, { rules: [defaultRule('position', { events: ['opened'] })] })
    rig.dispatch(flatAt(T0 + 5_000))
    rig.evaluate(T0 + 5_000)
    rig.evaluate(T0 + 20_000)
    expect(rig.raised).toEqual([])
  })

  it('is not missing while its list fails', () => {
    const rig = opened(0.02)
    const { parts } = longSnapshot(T0 + 5_000)
    const error = { kind: 'failed', code: 'unavailable', message: 'HTTP 503', hint: null } as const
    rig.dispatch(
      flatAt(T0 + 5_000, {
        isolated: null,
        parts: { ...parts, isolatedPositions: { ...parts.isolatedPositions, readAt: null, error } },
      }),
    )
    rig.evaluate(T0 + 5_000)
    expect(rig.state().missing).toEqual([])
    expect(rig.active().map(({ kind }) => kind)).toEqual(['liquidation'])
  })
})

function longSnapshot(at: number) {
  const event = longAt(at, 0.02)
  if (event.type !== 'reset') throw new Error('no snapshot')
  return event.snapshot
}

describe('a restart', () => {
  it('resolves nothing before the data is read again', () => {
    const rig = opened(0.02)
    const before = rig.active()
    const restarted = openAlertRig({}, T0 + 60_000, rig.stored())
    restarted.evaluate(T0 + 60_000)
    restarted.evaluate(T0 + 61_000)
    expect(restarted.notices).toEqual([])
    const [held] = restarted.active()
    expect(held).toEqual({ ...before[0], message: `${before[0]?.message}, as of 1m01s ago` })
    restarted.evaluate(T0 + 79_000)
    expect(restarted.notices).toEqual([])
    expect(restarted.state().missing).toEqual([])
    restarted.slide(T0 + 81_000, 0.02)
    expect(restarted.notices).toEqual([])
    expect(restarted.active()[0]?.id).toBe(before[0]?.id)
    restarted.slide(T0 + 82_000, 0.2)
    expect(restarted.log()).toEqual(['resolved critical'])
  })

  it('finds the end of a position that was liquidated meanwhile, with the time without sight', () => {
    const rig = opened(0.02)
    const restarted = openAlertRig({}, T0 + 3_600_000, rig.stored())
    restarted.evaluate(T0 + 3_600_000)
    restarted.dispatch(
      flatAt(T0 + 3_601_000),
      historyAt(T0 + 3_601_000, { closed: [closedTrade({ closedAt: T0 + 1_800_000 })] }),
    )
    const { gap } = restarted.evaluate(T0 + 3_601_000)
    expect(gap).toEqual({ from: T0 - 80, to: T0 + 3_601_000 })
    expect(sent(restarted)).toEqual([
      `repeat critical: ${NAME} is 2.00% from liquidation at 66,809.5, as of 1h00m ago`,
      `firing liquidated: ${NAME} was LIQUIDATED at 66,809.5, on 2026-11-23T19:17:40.000Z, P&L -712,758 sats (-476.19 USD), as its exit price shows, found after 1h00m without sight`,
      'resolved critical: the position is no longer open',
    ])
  })

  it('reports no event of the time before again', () => {
    const rules = [defaultRule('position', { events: ['opened', 'filled', 'closed'] })]
    const rig = opened(0.3, { rules })
    const position = madePosition({ id: 'b1b2' })
    rig.dispatch(changeEvent(T0 + 1_000, { kind: 'trade-filled', position }))
    rig.evaluate(T0 + 1_000)
    expect(rig.log()).toEqual(['event info'])
    rig.restart(T0 + 2_000)
    rig.evaluate(T0 + 2_000)
    expect(rig.log()).toEqual(['event info'])
  })
})
