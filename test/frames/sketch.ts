import type { Candle } from '../../src/domain/market.ts'
import { sats, usd } from '../../src/domain/units.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { frameOf, NO_ALERTS } from '../../src/tui/frame.ts'
import type { Line } from '../../src/tui/paint/line.ts'
import { textOfLine } from '../../src/tui/paint/line.ts'
import type { Scene } from '../../src/tui/scene.ts'
import { FIRST_UI } from '../../src/tui/ui.ts'
import {
  changeEvent,
  madeCross,
  madeOrder,
  madePosition,
  readAt,
  resetEvent,
  SHORT,
  statusEvent,
  T0,
} from '../world/made.ts'

const HOUR_MS = 3_600_000

/** When the picture of the sketch was read: 0.4 s before it is looked at. */
export const READ_AT = T0 - 400

/** The hour before, with the shape of the sketch's sparkline: twelve levels of five minutes each. */
function minuteCandles(): readonly Candle[] {
  const levels = [2, 3, 3, 4, 5, 5, 6, 5, 6, 7, 7, 6]
  return Array.from({ length: 60 }, (_, minute) => {
    const close = 68_200 + ((levels[Math.floor(minute / 5)] ?? 0) - 1) * 40 + 5
    const open = minute === 0 ? 68_209.05 : close
    return candle(READ_AT - HOUR_MS + 60_000 * (minute + 1) - 1_000, open, close, close, close)
  })
}

/** The day before, from 67,530 to 70,020. */
function hourCandles(): readonly Candle[] {
  return Array.from({ length: 24 }, (_, hour) => {
    const high = hour === 4 ? 70_020 : 69_000
    const low = hour === 12 ? 67_530 : 68_000
    return candle(READ_AT - (23 - hour) * HOUR_MS, hour === 0 ? 69_703 : 68_500, high, low, 68_500)
  })
}

function candle(openedAt: number, open: number, high: number, low: number, close: number): Candle {
  return {
    openedAt,
    openUsd: usd(open),
    highUsd: usd(high),
    lowUsd: usd(low),
    closeUsd: usd(close),
    volumeUsd: 1_000,
  }
}

/** A store that holds the numbers of the sketches. */
export function sketchStore(): Store {
  const store = openStore()
  const isolated = [
    madePosition({ maintenanceMarginSats: sats(14_255), openedAt: T0 - 187_200_000 }),
    { ...SHORT, maintenanceMarginSats: sats(7_153) },
  ]
  store.dispatch(statusEvent(READ_AT - 100, { link: 'preparing' }))
  store.dispatch(
    resetEvent(READ_AT, {
      isolated: readAt(READ_AT, isolated),
      cross: readAt(READ_AT, madeCross()),
      isolatedOrders: readAt(READ_AT, [madeOrder({ reservedSats: sats(0) })]),
    }),
  )
  store.dispatch(statusEvent(READ_AT, {}))
  store.dispatch(changeEvent(READ_AT, { kind: 'candles', range: '1m', candles: minuteCandles() }))
  store.dispatch(changeEvent(READ_AT, { kind: 'candles', range: '1h', candles: hourCandles() }))
  return store
}

/** A scene of a store at a moment. */
export function sceneOf(store: Store, over: Partial<Scene> = {}, now = T0): Scene {
  const frame = frameOf(store.state(), now)
  return {
    frame,
    live: frame,
    alerts: NO_ALERTS,
    ui: FIRST_UI,
    place: { profile: 'main', localOffsetMinutes: () => -180, httpEveryMs: 5_000 },
    columns: 80,
    rows: 24,
    reach: new Map(),
    ...over,
  }
}

/** What a person reads: the text of the lines, blanks at the ends dropped. */
export function textOf(lines: readonly Line[]): string {
  return lines.map(line => textOfLine(line).trimEnd()).join('\n')
}
