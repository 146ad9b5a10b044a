import { expect, test } from 'vitest'
import type { Store } from '../../../../src/store/store.ts'
import { INITIAL_UI } from '../../../../src/tui/input/ui-state.ts'
import { openTitle } from '../../../../src/tui/terminal/title.ts'
import type { RenderContext } from '../../../../src/tui/view/render-context.ts'
import { accountStore, accountsContext, staleStore } from '../../../frames/accounts-screens.ts'
import { madeAlert, sampleStore } from '../../../frames/sample-screens.ts'

const LIQUIDATED = madeAlert({ id: 'l', kind: 'position', level: 'liquidated', message: 'was LIQUIDATED' })

/** The title of some accounts, each changed by `change`. */
function titleOf(
  accounts: readonly (readonly [string, () => Store])[],
  change: (context: RenderContext, profile: string) => RenderContext = context => context,
): string {
  const context = accountsContext(accounts, { shown: null })
  const contexts = context.accounts?.contexts.map(each => change(each, each.info.profile)) ?? []
  const writes: string[] = []
  const title = openTitle({ write: text => writes.push(text) }, false)
  title.enter()
  title.show({ ...context, accounts: { contexts, shown: null, selected: 0 } })
  return /\x1b\]2;([^\x07]*)\x07/.exec(writes.at(-1) ?? '')?.[1] ?? ''
}

test('names a liquidation, and beside it the worst position of all accounts', () => {
  const accounts = [
    ['safe', () => accountStore('safe')],
    ['risky', sampleStore],
  ] as const
  const liquidated = (context: RenderContext, profile: string): RenderContext =>
    profile === 'safe' ? { ...context, alerts: { ...context.alerts, active: [LIQUIDATED] } } : context
  expect(titleOf(accounts)).toBe('CRIT 7f3a LONG (risky) - LIVE - axisor 2 accounts')
  expect(titleOf(accounts, liquidated)).toBe(
    'LIQUIDATED (safe) - CRIT 7f3a LONG (risky) - LIVE - axisor 2 accounts',
  )
})

test('does not hide behind a frozen screen that an account has no fresh data', () => {
  const frozen = (context: RenderContext): RenderContext => ({
    ...context,
    ui: { ...INITIAL_UI, frozen: { at: context.live.now, state: context.live.state, history: null } },
  })
  expect(titleOf([['alt', () => staleStore('alt')]], frozen)).toContain('STALE (alt) - ')
  expect(titleOf([['main', () => accountStore('main')]], frozen)).toContain('FROZEN (main) - ')
})
