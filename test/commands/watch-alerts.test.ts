import { describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { eventDocumentSchema } from '../../src/wire/event-schema.ts'
import { channelsFile, openAlertWorld, PHONE, runBeside, sentNotices } from '../support/alert-commands.ts'
import { CHANNELS } from '../support/alert-world.ts'
import type { FakeWorld, FakeWorldOptions } from '../support/fake-world.ts'
import { ownFile } from '../support/login-world.ts'
import '../support/loaded-watch.ts'

const ESC = '\u001b'
const BEL = '\u0007'

type Line = z.infer<ReturnType<typeof eventDocumentSchema>>

/** The lines so far, each of which fits its schema. */
function linesOf(world: FakeWorld): readonly Line[] {
  const schema = eventDocumentSchema()
  return world
    .out()
    .split('\n')
    .filter(line => line !== '')
    .map(line => z.parse(schema, JSON.parse(line)))
}

/** A line without what differs from run to run. */
function summaryOf(line: Line): string {
  switch (line.type) {
    case 'alert':
      return `alert ${line.event} ${line.alert.kind} ${line.alert.level}`
    case 'event':
      return `event ${line.kind}: ${line.text}`
    case 'gap':
      return `gap ${Math.round(line.ms / 10_000) * 10} s`
    case 'snapshot':
      return 'snapshot'
  }
}

function control(world: FakeWorld, knob: object): void {
  expect(world.exchange.control(JSON.stringify(knob))).toMatchObject({ status: 200 })
}

describe('axisor watch --json --events', () => {
  test('prints alerts, events of the account and gaps before the snapshot that follows them', async () => {
    const world = openAlertWorld({ exchange: { tickMs: 3_600_000 } })
    const running = await world.start('watch', '--json', '--events')
    await world.clock.advance(3_000)
    control(world, { do: 'down', ms: 60_000 })
    await world.clock.advance(120_000)
    control(world, { do: 'liquidate' })
    await world.clock.advance(5_000)
    world.signal('SIGTERM')
    await running.ended()
    const all = linesOf(world)
    const summaries = all.map(summaryOf)
    const news = summaries.filter(each => each !== 'snapshot')
    expect(news.filter(each => !each.startsWith('event'))).toEqual([
      'alert firing liquidation critical',
      'alert firing stale critical',
      'alert firing connection warn',
      'alert resolved stale critical',
      'gap 60 s',
      'alert resolved connection warn',
      'alert repeat liquidation critical',
      'alert firing position liquidated',
      'alert resolved liquidation critical',
    ])
    expect(news.filter(each => each.startsWith('event'))).toEqual([
      'event ended: SIMULATED liquidated: isolated long 10,000 USD at 66,840.5',
    ])
    // Nothing comes after the last snapshot, and the first line is about what the first one shows.
    expect(summaries.at(-1)).toBe('snapshot')
    const times = all.map(line => Date.parse(line.type === 'snapshot' ? line.asOf : line.at))
    const snapshots = all.flatMap((line, i) => (line.type === 'snapshot' ? [times[i] ?? 0] : []))
    expect(snapshots).toEqual(snapshots.toSorted((a, b) => a - b))
    for (const [i, line] of all.entries()) {
      if (line.type === 'snapshot') continue
      const next = all.slice(i).findIndex(({ type }) => type === 'snapshot')
      expect(times[i]).toBeLessThanOrEqual(times[i + next] ?? 0)
    }
    const gap = all.find(line => line.type === 'gap')
    expect(gap).toMatchObject({ ms: Date.parse(gap?.to ?? '') - Date.parse(gap?.from ?? '') })
  })

  test('marks simulated data in every line', async () => {
    const world = openAlertWorld()
    const running = await world.start('watch', '--json', '--events')
    await world.clock.advance(3_000)
    control(world, { do: 'liquidate' })
    await world.clock.advance(3_000)
    world.signal('SIGTERM')
    await running.ended()
    const lines = linesOf(world)
    expect(lines.filter(({ type }) => type === 'event').length).toBeGreaterThan(0)
    for (const line of lines) {
      if (line.type === 'snapshot') expect(line.origin).toBe('simulated')
      else expect(line.simulated).toBe(true)
      if (line.type === 'event') expect(line.text).toMatch(/^SIMULATED /)
    }
  })

  test('prints only snapshots without --events', async () => {
    const world = openAlertWorld()
    const running = await world.start('watch', '--json')
    await world.clock.advance(10_000)
    world.signal('SIGTERM')
    await running.ended()
    expect(world.out()).not.toContain('"type":"snapshot"')
  })

  test('delivers as well', async () => {
    const world = openAlertWorld()
    const running = await world.start('watch', '--json', '--events')
    await world.clock.advance(2_000)
    expect(sentNotices(world)).toEqual(['firing critical'])
    expect(JSON.parse((await runBeside(world, 'alerts', 'list', '--json')).out).host).toBe(
      'axisor watch, process 4711',
    )
    world.signal('SIGTERM')
    await running.ended()
  })

  test('rejects --events without --json', async () => {
    const world = openAlertWorld()
    expect(await world.run('watch', '--events')).toBe(2)
    expect(world.err()).toContain('--events needs --json')
  })
})

describe('axisor watch on a terminal', () => {
  const OSC = { osc: { type: 'osc', variant: 9 } }

  /** What is written to the terminal for the alerts of the first seconds. */
  async function rung(channels: object, options: FakeWorldOptions = {}): Promise<FakeWorld> {
    const files = { [CHANNELS]: ownFile(channelsFile(channels)) }
    const world = openAlertWorld({ terminal: 120, files, exchange: { tickMs: 3_600_000 }, ...options })
    const running = await world.start('watch')
    await world.clock.advance(3_000)
    world.signal('SIGTERM')
    await running.ended()
    return world
  }

  const TEXT = '[^;\u001b\u0007]+'

  test('rings for a critical alert without any channel', async () => {
    const world = await rung({})
    expect(world.printed).toEqual([BEL])
  })

  test.each([
    [9, `${ESC}\\]9;SIMULATED CRIT: isolated long ${TEXT}: SIMULATED Isolated long ${TEXT}${ESC}\\\\`],
    [777, `${ESC}\\]777;notify;SIMULATED CRIT: ${TEXT};SIMULATED Isolated long ${TEXT}${ESC}\\\\`],
    [
      99,
      `${ESC}\\]99;i=liquidation-[\\w-]+:d=0;SIMULATED CRIT: ${TEXT}${ESC}\\\\${ESC}\\]99;i=liquidation-[\\w-]+:p=body;SIMULATED Isolated ${TEXT}${ESC}\\\\`,
    ],
  ])('writes a notification with OSC %i, the simulated mark first', async (variant, pattern) => {
    const world = await rung({ osc: { type: 'osc', variant } })
    expect(world.printed).toHaveLength(1)
    expect(world.printed[0]).toMatch(new RegExp(`^${BEL}${pattern}$`))
  })

  test('passes a notification through tmux', async () => {
    const world = await rung(OSC, { env: { TMUX: '/tmp/tmux-1000/default,1,0' } })
    expect(world.printed[0]).toMatch(
      new RegExp(`^${BEL}${ESC}Ptmux;${ESC}${ESC}\\]9;SIMULATED CRIT: ${TEXT}${ESC}${ESC}\\\\${ESC}\\\\$`),
    )
  })

  test('writes to the terminal although a channel elsewhere fails, and never through the notifier', async () => {
    const world = await rung({ ...PHONE, ...OSC, bell: { type: 'bell' } })
    expect(world.printed[0]).toContain(`${ESC}]9;`)
    expect(world.notifier.sent.map(({ channel }) => channel.name)).toEqual(['phone'])
  })

  test('writes to a terminal channel that was added while it runs', async () => {
    const world = openAlertWorld({ terminal: 120, exchange: { tickMs: 3_600_000 } })
    const running = await world.start('watch')
    await world.clock.advance(3_000)
    expect(world.printed).toEqual([BEL])
    await world.files.writePrivate(CHANNELS, channelsFile({ ...PHONE, ...OSC }))
    await world.clock.advance(5_000)
    control(world, { do: 'liquidate' })
    await world.clock.advance(3_000)
    expect(world.printed.join('')).toContain(`${ESC}]9;SIMULATED LIQUIDATED: isolated long`)
    world.signal('SIGTERM')
    await running.ended()
  })

  test('shows how far the delivery of an alert went', async () => {
    const world = await rung(PHONE)
    expect(world.out()).toMatch(/delivered 1\/1/)
  })
})
