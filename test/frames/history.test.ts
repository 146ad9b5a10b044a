import { describe, expect, test } from 'vitest'
import type { HistoryView } from '../../src/ports/account-history.ts'
import type { Ui } from '../../src/tui/input/ui-state.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { HISTORY_ROWS, historyRow, madeHistory, madeSummary } from '../support/made-history.ts'
import { T0 } from '../support/samples.ts'
import { contextOf, read, sampleStore, withUi } from './sample-screens.ts'

const VIEW = { view: 'history', focus: 'closed' } as const

function screen(
  history: HistoryView | null,
  over: Partial<RenderContext> = {},
  ui: Partial<Ui> = {},
): string {
  return read(withUi(contextOf(sampleStore(), { history, ...over }), { ...VIEW, ...ui }))
}

const SIZES = [
  [80, 24],
  [79, 24],
  [120, 40],
  [200, 60],
] as const

const HOLE = {
  from: T0 - 5 * 86_400_000,
  to: T0 - 60_000,
  reason: 'isolatedClosed: it was not read to its first row yet',
}

const STATES = {
  whole: madeHistory(),
  empty: madeHistory({ summary: madeSummary({ count: 0, oldestAt: null }) }, []),
  incomplete: madeHistory({ summary: madeSummary({ coverage: HOLE }), rowsRead: 12_000 }),
  damaged: madeHistory({
    notice: 'the ledger was damaged: it is read again, and kept aside as mainnet-1.db.damaged-2026',
    problems: [
      {
        part: 'ledger',
        message:
          'cannot use the database /home/trader/.local/state/axisor/ledgers/mainnet-1.db: the disk is full',
        since: T0 - 120_000,
      },
    ],
  }),
} as const satisfies Record<string, HistoryView>

describe.each(SIZES)('at %i×%i', (columns, rows) => {
  test.each(Object.entries(STATES))(
    'draws the history %s and keeps state and risk',
    async (name, history) => {
      const text = screen(history, { columns, rows })
      expect(text).toContain('● LIVE')
      expect(text).toContain('‼ CRIT ISO LONG 7f3a')
      await expect(`${text}\n`).toMatchFileSnapshot(`screens/history-${name}-${columns}x${rows}.txt`)
    },
  )
})

test('shows no sum over a hole, and says what is missing', () => {
  const text = screen(STATES.incomplete)
  expect(text).not.toMatch(/-49,812|102,311|811,000/)
  expect(text).toContain('complete since 11-18 18:47Z')
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'INCOMPLETE isolatedClosed: it was not read to its first row yet · 12,000 rows read',
  )
  expect(text.match(/not known yet/g)).toHaveLength(3)
})

test('states the time of sums that were not renewed for long', () => {
  const coverage = { from: null, to: T0 - 40 * 60_000, reason: null }
  expect(screen(madeHistory({ summary: madeSummary({ coverage }) }))).toContain('as of 11-23 18:07Z')
})

test('names the part that fails, why, and since when', () => {
  const text = screen(STATES.damaged).replaceAll(/\s+/g, ' ')
  expect(text).toContain('kept aside as mainnet-1.db.damaged-2026')
  expect(text).toContain('!! ledger since 15:45:40: cannot use the database')
  expect(text).toContain('the disk is full')
})

test('breaks a file name that is wider than the screen', () => {
  const name = 'mainnet-b065f3ab-051d-478e-a66b-5f96fc8fa622.db.damaged-2026-11-28T19-43-46-521Z'
  const text = screen(madeHistory({ notice: `the ledger was damaged: it is kept aside as ${name}` }))
  expect(text.replaceAll(/\s/g, '')).toContain(name)
})

test('shows why each trade ended, and an unknown result as unknown', () => {
  const text = screen(madeHistory(), { columns: 120 })
  expect(text).toMatch(/91b0 LONG .* -50,122 SL /)
  expect(text).toMatch(/e7f1 LONG .* -270,123 LIQ /)
  expect(text).toMatch(/aa17 SHORT .* \+33,764 TP /)
  expect(text).toMatch(/X SELL .* \+30,500/)
  expect(text).toMatch(/X BUY .* ··· /)
})

test('leaves gaps of the curve blank, and marks a deposit and a withdrawal', () => {
  const lines = screen(madeHistory(), { columns: 120, rows: 40 }).split('\n')
  const first = lines.findIndex(line => line.includes('EQUITY 7d ─'))
  const axis = lines.findIndex(line => line.includes('┈┈'))
  const bottom = lines[axis - 1]?.slice(1, 104) ?? ''
  expect(first).toBeGreaterThan(0)
  expect(bottom.trimStart()).toMatch(/^[▁▂▃▄▅▆▇█]+ {10,}[▁▂▃▄▅▆▇█]+/)
  expect(lines[axis]).toMatch(/D┈+W┈* .*\+200,000/)
})

test('keeps a selected trade when another one comes before it', () => {
  const selected = { index: 3, id: 'e7f10000-0000-4000-8000-000000000008' }
  const more = [historyRow({ id: '00000000-0000-4000-8000-000000000009', at: T0 }), ...HISTORY_ROWS]
  expect(screen(madeHistory(), {}, { closed: selected })).toMatch(/▸.*e7f1/)
  expect(screen(madeHistory({}, more), {}, { closed: selected })).toMatch(/▸.*e7f1/)
})

test('says what a relay does not pass on', () => {
  const text = screen(null)
  expect(text).toContain('The last day only: sums, equity curve and stories need a direct connection')
  expect(text).toContain('91b0 LONG')
})

test('counts the rows that are read before there are sums', () => {
  const unread = (rowsRead: number) => screen(madeHistory({ summary: null, rowsRead }, []))
  expect(unread(0)).toMatch(/The ledger of the account is not read yet *$/m)
  expect(unread(12_000)).toContain('The ledger of the account is not read yet · 12,000 rows read')
})

test('draws the story of a trade, and the result of a fill', async () => {
  const [trade, fill] = HISTORY_ROWS
  if (trade === undefined || fill === undefined) throw new Error('no rows')
  const story = {
    id: trade.id,
    events: [
      {
        kind: 'filled',
        at: trade.at - 3_600_000,
        seenFrom: null,
        priceUsd: 68_950,
        plSats: 0,
        unknownReason: null,
        sats: 2_010,
        text: 'filled; margin 16000 sat now, opening fee',
      },
      {
        kind: 'margin',
        at: trade.at - 1_800_000,
        seenFrom: trade.at - 1_860_000,
        priceUsd: null,
        plSats: null,
        unknownReason: 'the price of this minute is not known',
        sats: 5_000,
        text: 'margin 16000 to 21000',
      },
      {
        kind: 'stop-loss',
        at: trade.at,
        seenFrom: null,
        priceUsd: 68_410,
        plSats: -45_791,
        unknownReason: null,
        sats: 2_011,
        text: 'the price reached the stop-loss 68410',
      },
    ],
  } as const
  const open = { overlay: 'story', storyOf: trade } as const
  const text = screen(madeHistory({ story }), {}, open)
  expect(text).toContain('STORY 91b0 LONG')
  expect(text).toContain('the price reached the stop-loss 68410')
  expect(text).toContain('(seen between')
  expect(text.replaceAll(/\s+/g, ' ')).toContain('P&L not known: the price of this minute is not known')
  expect(text).toContain('● LIVE')
  await expect(`${text}\n`).toMatchFileSnapshot('screens/overlay-story.txt')
  expect(screen(madeHistory(), {}, open)).toContain('Reading…')
  expect(screen(madeHistory({ story: { id: trade.id, events: null } }), {}, open)).toContain(
    'not have its position',
  )
  const failed = { id: trade.id, failure: 'relay.test answered 503' }
  expect(screen(madeHistory({ story: failed }), {}, open)).toContain('not read: relay.test answered 503')
  expect(screen(madeHistory({ story }), {}, { ...open, storyOf: fill })).toContain(
    'sold 2,500 USD at 69,700.0',
  )
  expect(screen(null, {}, open)).toContain('direct connection')
  const masked = screen(madeHistory({ story }), {}, { ...open, amounts: 'masked' })
  expect(masked).not.toMatch(/16000|45,791|50,122|21000/)
})

test('adds the sums of 7 and 30 days to the money rows where there is room', () => {
  const history = madeHistory()
  const ui = { view: 'overview', focus: 'positions' } as const
  expect(screen(history, { columns: 130, rows: 40 }, ui)).toMatch(/7d \+311,904 .*30d \+1,204,551/)
  const wide = screen(history, { columns: 200, rows: 60 }, ui)
  expect(wide).toMatch(/REAL 7d net +\+311,904 +30d \+1,204,551/)
  expect(wide).toMatch(/EQUITY 24h +.*[▁▂▃▄▅▆▇].* drawdown -/)
  const incomplete = screen(STATES.incomplete, { columns: 200, rows: 60 }, ui)
  expect(incomplete).toMatch(
    /REAL 7d net +··· +│\n.*│ +isolatedClosed: it was not read to its first row yet +│/,
  )
})

test('shows where an export is in place of the keys', () => {
  const text = 'exported 5 rows: ~/.local/share/axisor/exports/history-2026-11-23-184740.csv'
  expect(screen(madeHistory(), {}, { answer: { text, until: T0 + 1 } })).toContain(text)
})

test.each([
  [1, '· 1 row read'],
  [12_000, '· 12,000 rows read'],
])('counts %i rows that were read', (rowsRead, text) => {
  const history = madeHistory({ summary: madeSummary({ coverage: HOLE }), rowsRead })
  expect(screen(history, { columns: 120, rows: 40 })).toContain(text)
})

describe('sums of a ledger in the money rows', () => {
  const at = (to: number | null, columns: number): string =>
    read(
      contextOf(sampleStore(), {
        history: madeHistory({ summary: madeSummary({ coverage: { from: null, to, reason: null } }) }),
        ...{ columns, rows: columns === 200 ? 60 : 40 },
      }),
    )

  test.each([120, 200])('are marked at %i columns once the listings were not read lately', columns => {
    const fresh = at(T0 - 5 * 60_000, columns)
    const old = at(T0 - 16 * 60_000, columns)
    expect(fresh).toMatch(/7d (net +)?[+-]\d|REAL 7d net +[+-]\d/)
    expect(fresh).not.toMatch(/7d ~|7d net +~/)
    expect(old).toMatch(/7d ~|7d net +~/)
    expect(at(null, columns)).toMatch(/7d ~|7d net +~/)
  })
})

test('shows the equity beside the candles where both have room', async () => {
  const of = (history: HistoryView | null, columns: number): string =>
    screen(history, { columns, rows: 60 }, { view: 'overview', focus: 'positions' })
  const text = of(STATES.whole, 200)
  expect(text).toContain('EQUITY 7d ─')
  await expect(`${text}\n`).toMatchFileSnapshot('screens/overview-equity-200x60.txt')
  expect(of(STATES.whole, 160)).not.toContain('EQUITY 7d')
  expect(of(null, 200)).not.toContain('EQUITY 7d')
})

test('shows no sum of a day, week or month that is over as that of the current one', () => {
  const summary = madeSummary()
  const textAfter = (days: number): string => {
    const sums = Object.fromEntries(
      Object.entries(summary.sums).map(([span, sum]) => [
        span,
        { ...sum, from: sum.from - days * 86_400_000 },
      ]),
    ) as typeof summary.sums
    return screen(madeHistory({ summary: { ...summary, sums } }), { columns: 120, rows: 40 })
  }
  const unread = (text: string): readonly string[] =>
    [...text.matchAll(/(today|this week|this month|last \d+d) +\S+ not read yet/g)].map(
      ([, name]) => name ?? '',
    )
  expect(unread(textAfter(0))).toEqual([])
  expect(unread(textAfter(1))).toContain('today')
  expect(unread(textAfter(31))).toEqual(['today', 'this week', 'this month'])
})
