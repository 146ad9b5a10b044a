import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EMPTY_PALETTE } from '../../src/tui/input/palette-input.ts'
import { type OverlayName, type Ui, VIEWS } from '../../src/tui/input/ui-state.ts'
import { ENGLISH, type Translate } from '../../src/tui/lang/translate.ts'
import { widthOf } from '../../src/tui/paint/width.ts'
import { OVERLAYS } from '../../src/tui/panes/paints.ts'
import type { RenderContext } from '../../src/tui/view/render-context.ts'
import { historyRow, madeHistory } from '../support/made-history.ts'
import { PORTUGUESE, PSEUDO_LANGUAGE, WRITINGS, written } from '../support/pseudo-language.ts'
import { accountsContext, FIVE } from './accounts-screens.ts'
import { frozenContext, STATE_NAMES, stateContext } from './every-state.ts'
import { SIZES } from './frame-sizes.ts'
import { rowText, screenOf } from './render.tsx'
import { read, withUi } from './sample-screens.ts'

function inLanguage(
  context: RenderContext,
  t: Translate,
  over: Partial<RenderContext['info']> = {},
): RenderContext {
  const { accounts } = context
  const others = accounts?.contexts.map(each => inLanguage(each, t, over)) ?? []
  return {
    ...context,
    info: { ...context.info, t, ...over },
    scrollLimits: new Map(),
    accounts: accounts === null ? null : { ...accounts, contexts: others },
  }
}

/** Views and overlays of the sample account, by name. */
function screens(
  size: Pick<RenderContext, 'columns' | 'rows'>,
): readonly (readonly [string, RenderContext])[] {
  const history = madeHistory()
  const base = { ...stateContext('live', size), history }
  const shown = (ui: Partial<Ui>): RenderContext => withUi(base, ui)
  return [
    ...VIEWS.map(view => [view, shown({ view })] as const),
    ...(Object.keys(OVERLAYS) as OverlayName[]).map(
      overlay => [overlay, shown({ overlay, storyOf: historyRow() })] as const,
    ),
    [
      'size of a trade',
      shown({
        overlay: 'size',
        size: { field: 'stop', texts: { risk: '1', stop: '67000', leverage: '', entry: '' } },
      }),
    ],
    ['palette', shown({ palette: EMPTY_PALETTE })],
    ['frozen', { ...frozenContext(size), history }],
    ['filter', shown({ filter: { phase: 'typing', text: 'q' } })],
    ['filtered', shown({ filter: { phase: 'set', text: 'q' } })],
    ['net', shown({ basis: 'net', zone: 'utc' })],
    ['no ledger', withUi(stateContext('live', size), { view: 'history' })],
  ]
}

/** What is no text of the dashboard: names, ids, units, keys, and words of the field that are the same. */
const DATA =
  /\b(axisor|main|mainnet|LN|Markets|BTC|USD|usd|sats?|LNM|RELAY|RELAYS|relay|ws|http|HTTP|AUTH|UTC|CSV|Z|E\d+|ECONNRESET|X\d|rtt|ms|bid|ask|cross|CROSS|iso|ISO|LONG|SHORT|long|short|SL|TP|TS|LIQ|BID|P|L|n|a|q|k|x|h|s|m|d|c|e|f|X|id|Esc|Enter|Tab|Home|End|PgUp|PgDn|Dn|Ctrl|fg|futures|isolated|account|read|write|ticker|GET|EUR|ETH|BTC_EUR|ETH_USD|side|quantity|price|feeTier|user|\w*\d\w*)\b/g

/** Messages of the exchange, which stay as they are; a narrow screen cuts or wraps them. */
const FOREIGN = /\/v\d\/\S+|\S*trades\S*|api\.lnmarkets\.com\S*|answered( \d+ to GET)?|aaaa|bbbb|isol\w*…/g

/** The Latin words that are left of a screen. */
function untranslated(text: string): readonly string[] {
  return [
    ...new Set(
      text
        .replace(FOREIGN, '')
        .replace(DATA, '')
        .match(/[A-Za-z]{2,}/g),
    ),
  ]
}

describe('a language whose letters are not Latin', () => {
  test.each(STATE_NAMES)('leaves no English on the screen: %s', name => {
    for (const [columns, rows] of SIZES) {
      const text = read(inLanguage(stateContext(name, { columns, rows }), PSEUDO_LANGUAGE))
      expect([columns, ...untranslated(text)]).toEqual([columns])
    }
  })

  test.each(screens({ columns: 80, rows: 24 }).map(([name]) => name))('leaves no English in %s', name => {
    for (const [columns, rows] of SIZES) {
      const context = screens({ columns, rows }).find(([each]) => each === name)?.[1]
      if (context === undefined) throw new Error(name)
      const text = read(inLanguage(context, PSEUDO_LANGUAGE))
      expect([columns, ...untranslated(text)]).toEqual([columns])
    }
  })
})

/** Names of profiles, and errors, which a narrow screen cuts. */
const ACCOUNT_DATA =
  /\b(alt|hedge-long-name|gone|demo)\b|hedge\S*…|profile gone does not exist|profil\S*…|the( exchange closed( the connection)?)?\b/g

/** Several accounts of every kind: the first one, and the sum. */
const SHOWN = [0, null] as const

describe('several accounts', () => {
  test.each(SHOWN)('leave no English on the screen, shown: %s', shown => {
    for (const [columns, rows] of SIZES) {
      const context = inLanguage(accountsContext(FIVE, { shown, columns, rows }), PSEUDO_LANGUAGE)
      expect([columns, ...untranslated(read(context).replace(ACCOUNT_DATA, ''))]).toEqual([columns])
    }
  })

  test.each(SHOWN)('show the numbers of the English screen in Portuguese, shown: %s', shown => {
    const widest = numbersOf(read(accountsContext(FIVE, { shown, ...WIDEST })))
    for (const [columns, rows] of SIZES) {
      const context = accountsContext(FIVE, { shown, columns, rows })
      const [english, portuguese] = [read(context), read(inLanguage(context, PORTUGUESE))]
      const known = new Set([...numbersOf(english), ...widest])
      expect(numbersOf(portuguese).filter(number => !known.has(number))).toEqual([])
      expect(portuguese).not.toMatch(/\d[.,]…|[~+-]…|\d (s|sa|U|US|u|us)…/)
    }
  })
})

/** Numbers with their signs and units; those that count hidden rows depend on the room. */
function numbersOf(text: string): readonly string[] {
  const shown = text.replace(/\+\d+|\b\d+ (above|below|acima|abaixo)/g, match =>
    /[.,]/.test(match) ? match : '',
  )
  return shown.match(/[~+-]?\d[\d,]*\.\d+|[~+-]?\d{1,3}(,\d{3})+/g) ?? []
}

const WIDEST = { columns: 300, rows: 80 } as const

describe('Portuguese', () => {
  test.each([...STATE_NAMES, 'frozen'])(
    'shows the numbers of the English screen, and cuts nothing: %s',
    name => {
      const contextOf = (size: Pick<RenderContext, 'columns' | 'rows'>): RenderContext =>
        name === 'frozen' ? frozenContext(size) : stateContext(name, size)
      const widest = read(contextOf(WIDEST))
      for (const [columns, rows] of SIZES) {
        const context = contextOf({ columns, rows })
        const [english, portuguese] = [read(context), read(inLanguage(context, PORTUGUESE))]
        const known = new Set([...numbersOf(english), ...numbersOf(widest)])
        expect(numbersOf(portuguese).filter(number => !known.has(number))).toEqual([])
        const cut = (text: string): readonly string[] => text.split('\n').filter(line => line.includes('…'))
        expect(cut(portuguese).length, cut(portuguese).join('\n')).toBeLessThanOrEqual(cut(english).length)
        expect(portuguese).not.toMatch(/\d[.,]…|[~+-]…|\d (s|sa|U|US|u|us)…/)
      }
    },
  )

  test.each([...STATE_NAMES, 'frozen'])('names the state and what is at risk: %s', name => {
    for (const [columns, rows] of SIZES) {
      const context =
        name === 'frozen' ? frozenContext({ columns, rows }) : stateContext(name, { columns, rows })
      const [english, portuguese] = [read(context), read(inLanguage(context, PORTUGUESE))].map(text =>
        text.split('\n'),
      )
      const header = portuguese?.[0] ?? ''
      expect(header).toMatch(/[●◐◌✗‖] /)
      // Sign and age of the state, and the percent of the worst risk, are those of the English screen.
      expect(/[●◐◌✗‖]/.exec(header)?.[0]).toBe(/[●◐◌✗‖]/.exec(english?.[0] ?? '')?.[0])
      const risk = (lines: readonly string[] | undefined): string =>
        lines?.find((line, index) => index > rows / 2 && /^(!!|‼|! |·|‖)/.test(line)) ?? ''
      expect(/[\d.]+%/.exec(risk(portuguese))?.[0]).toBe(/[\d.]+%/.exec(risk(english))?.[0])
    }
  })
})

describe('the number format', () => {
  test.each([...STATE_NAMES, 'frozen'])('moves nothing and changes only the signs in numbers: %s', name => {
    const size = { columns: 120, rows: 40 }
    const context = name === 'frozen' ? frozenContext(size) : stateContext(name, size)
    for (const t of [ENGLISH, PORTUGUESE]) {
      const english = read(inLanguage(context, t))
      const other = read(inLanguage(context, t, { numberFormat: 'pt' }))
      const asEnglish = (text: string): string => text.replace(/(?<=\d)[.,](?=\d)/g, ';')
      expect(asEnglish(other)).toBe(asEnglish(english))
      expect(other).not.toMatch(/\d,\d{3}[.,]\d/)
    }
  })

  test('leaves announcements as the exchange wrote them', () => {
    const context = inLanguage(stateContext('announced', { columns: 120, rows: 40 }), PORTUGUESE, {
      numberFormat: 'pt',
    })
    expect(read(context)).toContain('LN Markets: fees 1,000.5 from 20.5 on')
  })
})

test.each([
  ['live', 80, 24],
  ['live', 200, 60],
  ['stale', 79, 24],
  ['positions-failed', 80, 24],
  ['live', 56, 20],
] as const)('draws the Portuguese screen: %s at %i×%i', async (name, columns, rows) => {
  const context = inLanguage(stateContext(name, { columns, rows }), PORTUGUESE, { numberFormat: 'pt' })
  await expect(`${read(context)}\n`).toMatchFileSnapshot(`screens/pt-${name}-${columns}x${rows}.txt`)
})

test('fills the terminal exactly at any size, in each language and number format', () => {
  const size = fc.record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 70 }) })
  fc.assert(
    fc.property(
      fc.constantFrom(...STATE_NAMES),
      size,
      fc.constantFrom(...WRITINGS),
      (name, { columns, rows }, writing) => {
        const screen = screenOf(written(stateContext(name, { columns, rows }), writing))
        expect(screen.length).toBe(rows)
        for (const row of screen) expect(widthOf(rowText(row))).toBe(columns)
      },
    ),
    { numRuns: 200 },
  )
})
