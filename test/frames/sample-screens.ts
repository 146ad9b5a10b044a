import type { Alert } from '../../src/domain/alerts/alert.ts'
import { AxisorError } from '../../src/domain/error.ts'
import type { Candle } from '../../src/domain/market.ts'
import type { ClosedTrade, History } from '../../src/domain/snapshot.ts'
import { sats, usd } from '../../src/domain/units.ts'
import { sameTime } from '../../src/domain/wall-clock.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { INITIAL_UI } from '../../src/tui/input/ui-state.ts'
import { ENGLISH } from '../../src/tui/lang/translate.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { type AlertLog, NO_ALERTS, type RaisedAlert, viewModelOf } from '../../src/tui/view/view-model.ts'
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
} from '../support/samples.ts'
import { screenOf, screenText } from './render.tsx'

const HOUR_MS = 3_600_000

/** When the snapshot of the sample account was read: 0.4 s before `T0`. */
export const READ_AT = T0 - 400

const THIS_HOUR = Math.floor(READ_AT / HOUR_MS) * HOUR_MS

/** The last hour: twelve levels of five minutes each, which give the sparkline its shape. */
function minuteCandles(): readonly Candle[] {
  const levels = [2, 3, 3, 4, 5, 5, 6, 5, 6, 7, 7, 6]
  return Array.from({ length: 60 }, (_, minute) => {
    const close = 68_200 + ((levels[Math.floor(minute / 5)] ?? 0) - 1) * 40 + 5
    const open = minute === 0 ? 68_209.05 : close
    return candle(READ_AT - HOUR_MS + 60_000 * (minute + 1) - 1_000, open, close, close, close)
  })
}

/** The last day, from 67,530 to 70,020. */
function hourCandles(): readonly Candle[] {
  return Array.from({ length: 24 }, (_, hour) => {
    const high = hour === 4 ? 70_020 : 69_000
    const low = hour === 12 ? 67_530 : 68_000
    return candle(THIS_HOUR - (23 - hour) * HOUR_MS, hour === 0 ? 69_703 : 68_500, high, low, 68_500)
  })
}

/** The candles of a chart: 240 of any length in waves, of which five are missing. */
export function chartCandles(lengthMs = HOUR_MS, newest = THIS_HOUR): readonly Candle[] {
  const close = (back: number): number =>
    Math.round(2 * (68_420 + 600 * Math.sin(back / 9) + 350 * Math.sin(back / 2.3) - 300 * Math.sin(1 / 9))) /
    2
  return Array.from({ length: 240 }, (_, index) => 239 - index).flatMap(back => {
    if (back >= 30 && back < 35) return []
    const [open, end] = [close(back + 1), close(back)]
    const high = Math.max(open, end) + (back % 4) * 60
    const low = Math.min(open, end) - (back % 3) * 80
    return candle(newest - back * lengthMs, open, high, low, end)
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

const at = (hour: number, minute: number, second: number): number =>
  Date.UTC(2026, 10, 23, hour, minute, second)

/** Trades closed within the day: realized -16,908, fees -7,214. */
const CLOSED: readonly ClosedTrade[] = [
  {
    id: '91b00000-0000-4000-8000-000000000004',
    side: 'long',
    quantityUsd: 4_000,
    entryPriceUsd: usd(68_950),
    exitPriceUsd: usd(68_410),
    plSats: sats(-49_812),
    openingFeeSats: sats(2_400),
    closingFeeSats: sats(2_410),
    marginSats: null,
    liquidationPriceUsd: null,
    stopLossUsd: null,
    takeProfitUsd: null,
    openedAt: at(8, 0, 0),
    closedAt: at(12, 2, 0),
  },
  {
    id: 'aa170000-0000-4000-8000-000000000005',
    side: 'short',
    quantityUsd: 2_500,
    entryPriceUsd: usd(70_410),
    exitPriceUsd: usd(69_700),
    plSats: sats(32_904),
    openingFeeSats: sats(1_202),
    closingFeeSats: sats(1_202),
    marginSats: null,
    liquidationPriceUsd: null,
    stopLossUsd: null,
    takeProfitUsd: null,
    openedAt: at(0, 1, 0),
    closedAt: at(0, 40, 0),
  },
]

const HISTORY: History = {
  since: T0 - 24 * HOUR_MS,
  closed: CLOSED,
  fundingFees: [
    { settlementId: 's1', tradeId: madePosition().id, at: at(12, 0, 0), feeSats: sats(1_790) },
    { settlementId: 's0', tradeId: null, at: at(4, 0, 0), feeSats: sats(3_620) },
  ],
  crossFills: [],
  crossUnknownReason: null,
}

/** A store with the sample account of the golden screens; `reserves`: the maintenance margins of its two trades. */
export function sampleStore(reserves: readonly [number, number] = [0, 0]): Store {
  const store = openStore()
  const isolated = [
    madePosition({ maintenanceMarginSats: sats(reserves[0]), openedAt: T0 - 187_200_000 }),
    { ...SHORT, maintenanceMarginSats: sats(reserves[1]) },
  ]
  const parts = {
    isolated: (read: number) => readAt(read, isolated),
    cross: (read: number) => readAt(read, madeCross()),
    isolatedOrders: (read: number) => readAt(read, [madeOrder({ reservedSats: sats(0) })]),
  }
  const snapshot = (read: number) =>
    resetEvent(read, {
      isolated: parts.isolated(read),
      cross: parts.cross(read),
      isolatedOrders: parts.isolatedOrders(read),
    })
  store.dispatch(snapshot(at(11, 0, 0)))
  store.dispatch(statusEvent(at(11, 0, 0)))
  store.dispatch(
    changeEvent(at(12, 0, 0), {
      kind: 'trade-funded',
      id: isolated[0]?.id ?? '',
      marginSats: null,
      liquidationPriceUsd: null,
      feeSats: sats(1_790),
      fundedAt: at(12, 0, 0),
    }),
  )
  store.dispatch(statusEvent(at(12, 14, 49) - 200, { link: 'waiting', lastError: LOST }))
  store.dispatch(statusEvent(at(12, 14, 55), { reconnects: 1 }))
  store.dispatch(snapshot(READ_AT))
  store.dispatch(changeEvent(READ_AT, { kind: 'candles', range: '1m', candles: minuteCandles() }))
  store.dispatch(changeEvent(READ_AT, { kind: 'candles', range: '1h', candles: hourCandles() }))
  store.dispatch({ type: 'chart', at: READ_AT, range: '1h', result: { candles: chartCandles() } })
  store.dispatch(changeEvent(READ_AT, { kind: 'history', history: HISTORY }))
  return store
}

/** The error of the lost link in the morning. */
export const LOST = new AxisorError('connection-lost', 'the exchange closed the connection (1006)')

/** The two alerts of the sample account. */
const SAMPLE_ALERTS: AlertLog = {
  ...NO_ALERTS,
  raised: [
    alert('warn', at(18, 31, 2), '7f3a LONG 4.02% from liquidation', 0.0402, null),
    alert('critical', at(18, 47, 31), '7f3a LONG 2.35% from liquidation', 0.0235, {
      at: at(18, 31, 2),
      distance: 0.0402,
    }),
  ],
  active: [madeAlert()],
}

/** The alert of the sample account that fires. */
export function madeAlert(over: Partial<Alert> = {}): Alert {
  return {
    id: 'liquidation:7f3a:1',
    kind: 'liquidation',
    rule: 'liquidation',
    level: 'critical',
    state: 'firing',
    subject: 'isolated long 10,000 USD 7f3a',
    positionId: madePosition().id,
    since: at(18, 47, 31),
    message: 'isolated long 10,000 USD 7f3a is 2.35% from liquidation at 66,809.5',
    remedy: 'More margin or a smaller position, until it is more than 2.75% away',
    ...over,
  }
}

function alert(
  level: RaisedAlert['level'],
  since: number,
  text: string,
  distance: number,
  before: RaisedAlert['before'],
): RaisedAlert {
  return { ...madeAlert({ level, since, message: text }), text, distance, before }
}

/** The render context of a store at `now` (ms). */
export function contextOf(store: Store, over: Partial<RenderContext> = {}, now = T0): RenderContext {
  const model = viewModelOf(store.state(), now)
  return {
    model,
    live: model,
    alerts: SAMPLE_ALERTS,
    history: null,
    ui: INITIAL_UI,
    info: {
      profile: 'main',
      address: 'test',
      localOffsetMinutes: () => -180,
      toWall: sameTime,
      httpEveryMs: 5_000,
      unicode: true,
      t: ENGLISH,
      numberFormat: 'en',
      pace: 'full',
      mouse: true,
    },
    columns: 80,
    rows: 24,
    scrollLimits: new Map(),
    accounts: null,
    hasKeys: true,
    ...over,
  }
}

/** The context with other choices of the user. */
export function withUi(context: RenderContext, ui: Partial<RenderContext['ui']>): RenderContext {
  return { ...context, ui: { ...context.ui, ...ui } }
}

/** The screen of a context as text. */
export function read(context: RenderContext): string {
  return screenText(screenOf(context))
}
