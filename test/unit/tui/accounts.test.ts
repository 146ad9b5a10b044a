import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accountEntries } from '../../../src/tui/input/account-entries.ts'
import { KEYS } from '../../../src/tui/input/keymap.ts'
import { ENGLISH, type Translate } from '../../../src/tui/lang/translate.ts'
import { lineWithDecimalComma } from '../../../src/tui/paint/decimal-comma.ts'
import { textOfLine } from '../../../src/tui/paint/line.ts'
import { keyLine } from '../../../src/tui/panes/footer.ts'
import { accountStore, failedStore, refusedStore, staleStore } from '../../frames/accounts-screens.ts'
import { READ_AT, sampleStore } from '../../frames/sample-screens.ts'
import { PORTUGUESE } from '../../support/pseudo-language.ts'
import { madePosition, readAt, resetEvent, T0 } from '../../support/samples.ts'
import { openedSeveral } from './several-accounts.ts'

/** The choices of one account. */
const OWN = [
  'selectedId',
  'selectedOrderId',
  'frozen',
  'whatIf',
  'size',
  'filter',
  'storyOf',
  'closed',
  'overlay',
] as const

const two = () => openedSeveral({ main: sampleStore(), alt: sampleStore() })

describe('P', () => {
  test('shows the next account, then the sum, then the first one', () => {
    const { frame, press } = openedSeveral({ a: sampleStore(), b: sampleStore(), c: sampleStore() })
    const shown = () => frame().accounts?.shown
    expect(shown()).toBe(0)
    press('P')
    expect(shown()).toBe(1)
    expect(frame().info.profile).toBe('b')
    press('P', 'P')
    expect(shown()).toBe(null)
    press('P')
    expect(shown()).toBe(0)
  })

  test('says that there is one account where there is one', () => {
    const { frame, press } = openedSeveral({ main: sampleStore() })
    press('P')
    expect(frame().ui.answer?.text).toContain('one account')
    expect(frame().accounts).toBe(null)
  })

  test('is text while a filter is typed', () => {
    const { frame, press } = two()
    press('/', 'P')
    expect(frame()).toMatchObject({ ui: { filter: { text: 'P' } }, accounts: { shown: 0 } })
  })
})

describe('choices', () => {
  test('of one account never reach another, whatever keys are pressed', () => {
    const keys = [
      'j',
      'k',
      'G',
      'f',
      'w',
      'up',
      '5',
      'd',
      'z',
      '7',
      'tab',
      'enter',
      'escape',
      '/',
      'x',
      '2',
      '3',
      '?',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...keys), { maxLength: 30 }), pressed => {
        const { frame, press } = two()
        press('P')
        const before = frame().ui
        press('P', 'P')
        press(...pressed)
        // Where P is text, it does not leave.
        press('escape', 'escape', 'escape', 'P')
        const after = frame()
        expect(after.accounts?.shown).toBe(1)
        for (const name of OWN) expect(after.ui[name]).toEqual(before[name])
      }),
      { numRuns: 100 },
    )
  })

  test('of one account are there again when it is', () => {
    const { frame, press } = two()
    frame()
    press('j', 'w', 'up')
    const { selectedId, whatIf, overlay } = frame().ui
    press('P')
    expect(frame().ui).toMatchObject({ selectedId: null, overlay: 'none' })
    press('P', 'P')
    expect(frame().ui).toMatchObject({ selectedId, whatIf, overlay })
  })

  test('of unit, zone, sort and view hold for all accounts and the sum', () => {
    const { frame, press } = two()
    press('u', 't', 's', '3', '*', 'P')
    const common = { unit: 'BTC', zone: 'utc', sort: { by: 'P&L' }, view: 'orders', amounts: 'masked' }
    expect(frame().ui).toMatchObject(common)
    press('P')
    expect(frame().ui).toMatchObject({ unit: 'BTC', zone: 'utc', amounts: 'masked' })
    for (const { ui } of frame().accounts?.contexts ?? []) expect(ui).toMatchObject(common)
  })

  test('freeze one account and leave the other live', () => {
    const { frame, press, accounts } = two()
    frame()
    press('f')
    const held = frame().model.state
    for (const { store } of accounts) store.dispatch(resetEvent(T0, { isolated: readAt(T0, []) }))
    expect(frame().model.state).toBe(held)
    press('P')
    expect(frame().model.state).not.toBe(held)
    expect(frame().ui.frozen).toBe(null)
    expect(frame().accounts?.contexts[0]?.ui.frozen?.state).toBe(held)
  })
})

describe('alerts', () => {
  test('of an account that is not on the screen are sent once, by its name', async () => {
    const hidden = accountStore('hidden')
    const { asked, clock, frame } = openedSeveral({ main: accountStore('main'), hidden })
    frame()
    await clock.advance(1_000)
    asked.length = 0
    hidden.dispatch(resetEvent(T0 + 1_000, { isolated: readAt(T0 + 1_000, [madePosition()]) }))
    for (let second = 0; second < 10; second += 1) {
      await clock.advance(1_000)
      frame()
    }
    expect(asked.filter(text => text.includes('liquidation'))).toEqual(['hidden firing liquidation critical'])
  })

  test('are acknowledged for the account on the screen, also by keys in one chunk', () => {
    const other = madePosition({ id: 'eeee0000-0000-4000-8000-000000000009' })
    const alt = accountStore('alt', READ_AT, { isolated: readAt(READ_AT, [other]) })
    const { frame, press } = openedSeveral({ main: sampleStore(), alt })
    const states = () =>
      frame().accounts?.contexts.map(({ alerts }) => alerts.active.map(({ state }) => state))
    frame()
    press('P')
    frame()
    press('P', 'P', 'a')
    expect(states()).toEqual([['acknowledged'], ['firing']])
    expect(frame().ui.answer?.text).toMatch(/^main: acknowledged CRIT isolated long/)
    press('P', 'a')
    expect(states()).toEqual([['acknowledged'], ['acknowledged']])
    press('a')
    expect(frame().ui.answer?.text).toMatch(/^alt: /)
  })

  test('are answered without amounts while they are masked, in the language of the screen', () => {
    const open = (t: Translate) =>
      openedSeveral({ main: sampleStore(), alt: accountStore('alt') }, { t, numberFormat: 'pt' })
    const answerOf = ({ frame, press }: ReturnType<typeof open>, ...keys: readonly string[]) => {
      frame()
      press(...keys, 'a')
      return { text: frame().ui.answer?.text, footer: textOfLine(lineWithDecimalComma(keyLine(frame()))) }
    }
    expect(answerOf(open(ENGLISH), '*').text).toBe('main: acknowledged CRIT isolated long ••• USD 7f3a')
    expect(answerOf(open(ENGLISH), 'P', 'P', '*').text).toBe(
      'main: acknowledged CRIT isolated long ••• USD 7f3a',
    )
    expect(answerOf(open(PORTUGUESE), '*').text).toBe('main: visto CRÍT isolada long ••• USD 7f3a')
    expect(answerOf(open(PORTUGUESE)).footer).toBe(' main: visto CRÍT isolada long 10.000 USD 7f3a')
  })

  test('are acknowledged in the sum for the account that the last line names', async () => {
    const { clock, frame, press } = openedSeveral({ safe: accountStore('safe'), risky: sampleStore() })
    await clock.advance(1_000)
    press('P', 'P')
    frame()
    press('a')
    expect(frame().ui.answer?.text).toMatch(/^risky: acknowledged CRIT/)
    expect(frame().accounts?.contexts[1]?.alerts.active[0]?.state).toBe('acknowledged')
  })
})

describe('the sum', () => {
  const inSum = () => {
    const opened = openedSeveral({ main: sampleStore(), alt: accountStore('alt'), gone: failedStore() })
    opened.press('P', 'P', 'P')
    return opened
  }

  test('moves its selection within the accounts, and Enter opens the selected one', () => {
    const { frame, press } = inSum()
    const selected = () => frame().accounts?.selected
    expect(selected()).toBe(2)
    press('j')
    expect(selected()).toBe(2)
    press('g')
    expect(selected()).toBe(0)
    press('down')
    expect(selected()).toBe(1)
    press('enter')
    expect(frame()).toMatchObject({ accounts: { shown: 1 }, info: { profile: 'alt' } })
  })

  test('opens a view of the selected account', () => {
    const { frame, press } = inSum()
    press('k', '6')
    expect(frame()).toMatchObject({ accounts: { shown: 1 }, ui: { view: 'diagnostics' } })
  })

  test('reads everything of all accounts again', () => {
    const { asked, press } = inSum()
    asked.length = 0
    press('r')
    expect(asked).toEqual(['resync main', 'resync alt', 'resync gone'])
  })

  test.each(['f', 'w', 'z', 'x', '/', 'A', 'L', '[', 'tab', 's'])(
    'answers %s, which it has no use for',
    key => {
      const { frame, press } = inSum()
      press('g', key)
      expect(frame().ui.answer?.text).toBe(`${key} works on one account: Enter opens main`)
      expect(frame().accounts?.shown).toBe(null)
    },
  )

  test.each([80, 200])('lists only keys that work in it, at %i columns', columns => {
    const { frame, press } = inSum()
    const listed = KEYS.filter(({ footer }) => {
      const text = textOfLine(keyLine({ ...frame(), columns }))
      return footer !== undefined && text.includes(` ${footer.key} ${footer.label} `)
    })
    expect(listed.length).toBeGreaterThan(4)
    for (const { keys } of listed) {
      const [key = ''] = keys
      if (key === 'q') continue
      press(key)
      expect(frame().ui.answer?.text ?? '', key).not.toContain('works on one account')
      press('escape')
      while (frame().accounts?.shown !== null) press('P')
    }
  })

  test.each([staleStore, refusedStore])('has the prices of an account with current ones', lateStore => {
    const { frame, press } = openedSeveral({ late: lateStore('late'), live: sampleStore() })
    press('P', 'P', 'g')
    expect(frame()).toMatchObject({ accounts: { selected: 0 }, info: { profile: 'live' } })
  })
})

test('reads candles for the account on the screen only', () => {
  const { frame, press, followed } = two()
  const wide = () => frame({ columns: 200, rows: 60 })
  wide()
  press('P')
  wide()
  press('P')
  wide()
  expect(followed).toEqual({ main: ['1h', null], alt: ['1h', null] })
})

test('names the account in an export', async () => {
  const { frame, press, clock } = two()
  frame()
  press('P')
  frame()
  press('x')
  await clock.settle()
  expect(frame().ui.answer?.text).toBe('exported alt')
})

test('has one entry of the palette per account and one for the sum, also with an account named all', () => {
  const accounts = [{ profile: 'all' }, { profile: 'sum' }]
  const names = accountEntries(accounts, { show: () => {} }).map(({ name }) => name)
  expect(names).toEqual(['account all', 'account sum', 'sum of accounts'])
  expect(Math.max(...names.map(name => name.length))).toBeLessThanOrEqual(16)
})

test('shows an account, or the sum, from the palette', () => {
  const { press, frame } = openedSeveral({ alpha: sampleStore(), beta: sampleStore() })
  frame()
  press(':', ...'account beta', 'enter')
  expect(frame().accounts?.shown).toBe(1)
  press(':', ...'sum of accounts', 'enter')
  expect(frame().accounts?.shown).toBeNull()
  press(':', ...'unit BTC', 'enter')
  expect(frame().ui).toMatchObject({ unit: 'BTC', palette: null })
  press(':', ...'account alpha', 'enter')
  expect([frame().accounts?.shown, frame().ui.unit]).toEqual([0, 'BTC'])
})
