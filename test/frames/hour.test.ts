import { expect, test } from 'vitest'
import { Secret } from '../../src/domain/secret.ts'
import { openDirectFeed } from '../../src/feed/exchange/direct.ts'
import { KNOBS } from '../../src/simulator/control/control.ts'
import { openSeededRandom } from '../../src/simulator/seeded-random.ts'
import { openStore } from '../../src/store/store.ts'
import { anyCommand, NO_FAULTS } from '../support/any-knob.ts'
import { openFakeClock } from '../support/fake-clock.ts'
import { T0 } from '../support/samples.ts'
import type { EmulatedScreen } from '../support/screen.ts'
import { openSimulatorWorld } from '../support/simulator.ts'
import { opened } from '../unit/tui/opened-dashboard.ts'
import { SIZES } from './frame-sizes.ts'

const SEED = 13
const HOUR_MS = 3_600_000
const STEP_MS = 1_000
/** Steps between two knobs, two keys, two sizes, two moments without faults, and two comparisons with a whole screen. */
const EVERY = { knob: 7, key: 3, size: 97, calm: 180, repaint: 11 } as const

const ESC = '\u{1b}'
/** Esc often, so that no prompt takes all keys. */
const KEYS = [...'123456jkGgstupmzwLa?e/:f[]05-.', '\t', '\r', '\u{1b}[B', '\u{1b}[A', ESC, ESC, ESC, ESC]
/** A click and the wheel, in a row that most sizes have. */
const POINTS = [0, 64, 65].map(button => `\u{1b}[<${button};12;8M`)

/**
 * A number that was cut, outside the text of a filter, and values that are none. A reason may say that a field `is null`, also at the start of
 * a wrapped line in a box.
 */
const CUT = /\d[,.]?…|[+-]…/
const FILTER = /"[^"\n]*/g
const NO_VALUE = /undefined|(?<!is |│ {10,})\bnull\b|NaN|Infinity|(?<![\w,.-])-0(?:\.0+)?(?![\w.,:█-])/

/** A dashboard that follows a simulated exchange on the same clock. */
async function openHour() {
  const clock = openFakeClock(T0)
  const world = openSimulatorWorld({ tickMs: STEP_MS, seed: SEED }, clock)
  const { key, secret, passphrase } = world.exchange.credentials
  const { http, sockets } = world.transport
  const feed = openDirectFeed(
    { clock, random: openSeededRandom(SEED, 'feed'), http, sockets },
    {
      apiUrl: 'http://127.0.0.1/v3',
      streamUrl: 'ws://127.0.0.1/v1',
      network: 'signet',
      credentials: { key, secret: new Secret(secret), passphrase: new Secret(passphrase) },
      policy: { candlesAndHistory: true },
      keyAcceptedAt: T0,
    },
  )
  const store = openStore()
  feed.start(event => store.dispatch(event))
  await clock.settle()
  const terminal = opened({ store, clock, pace: 'low' })
  await terminal.press('')
  return { ...terminal, world, feed, clock }
}

/** Each cell with its look, as a terminal shows it. */
function cellsOf(screen: EmulatedScreen): string {
  return screen
    .cells()
    .map(line => line.map(({ sign, look }) => `${sign}\u{1f}${look}`).join('\u{1e}'))
    .join('\n')
}

test('shows an hour with all knobs without overflow, cut numbers or flicker', async () => {
  const random = openSeededRandom(SEED, 'hour')
  const hour = await openHour()
  const ran = new Set<string>()
  let frames = 0
  for (let step = 1; step <= HOUR_MS / STEP_MS; step++) {
    if (step % EVERY.calm === 0)
      for (const command of NO_FAULTS) hour.world.exchange.control(JSON.stringify(command))
    if (step % EVERY.knob === 0) {
      const knob = KNOBS[(step / EVERY.knob) % KNOBS.length]
      if (knob === undefined) throw new Error('no knob')
      if (hour.world.exchange.control(JSON.stringify(anyCommand(knob, random))).status === 200)
        ran.add(knob.name)
    }
    if (step % EVERY.size === 0) {
      const [columns, rows] = random.pick(SIZES)
      hour.resize(columns, rows)
    }
    if (step % EVERY.key === 0) await hour.press(random.pick([...KEYS, ...POINTS]))
    hour.writes.length = 0
    const isCompared = step % EVERY.repaint === 0
    const before = isCompared ? cellsOf(hour.seen()) : ''
    await hour.clock.advance(STEP_MS)

    const screen = hour.seen()
    const at = `after ${step} s:\n${screen.text()}`
    expect(screen.counts.unknown, at).toEqual([])
    expect(screen.modes, at).toMatchObject({ alternate: true, synchronized: false, cursorShown: false })
    expect(screen.text().replaceAll(FILTER, ''), at).not.toMatch(CUT)
    expect(screen.text(), at).not.toMatch(NO_VALUE)
    expect(hour.writes.join('').includes('\u{1b}[2J'), at).toBe(false)
    frames += hour.writes.length
    if (isCompared) {
      const shown = cellsOf(screen)
      // A frame is written only for a change, and what was written in parts is what is meant.
      if (hour.writes.length === 1) expect(shown, at).not.toBe(before)
      hour.dashboard.redraw()
      expect(cellsOf(screen), at).toBe(shown)
    }
  }
  hour.feed.stop()
  expect(frames).toBeGreaterThan(1_000)
  expect([...KNOBS].map(({ name }) => name).filter(name => !ran.has(name))).toEqual([])
}, 300_000)
