import { onTestFinished } from 'vitest'
import type { CandleLength } from '../../../src/domain/candle-range.ts'
import type { Store } from '../../../src/store/store.ts'
import type { DashboardAccount, DashboardAccounts } from '../../../src/tui/account.ts'
import { type ControllerOptions, openController } from '../../../src/tui/controller.ts'
import { ENGLISH } from '../../../src/tui/lang/translate.ts'
import { openDefaultAlerts } from '../../support/alert-log.ts'
import { openFakeClock } from '../../support/fake-clock.ts'
import { T0 } from '../../support/samples.ts'

/** A controller of several accounts, and what it asked of each of them. */
export function openedSeveral(
  stores: Readonly<Record<string, Store>>,
  writing: Pick<ControllerOptions, 't' | 'numberFormat'> = { t: ENGLISH, numberFormat: 'en' },
) {
  const clock = openFakeClock(T0)
  const asked: string[] = []
  const followed: Record<string, (CandleLength | null)[]> = {}
  const accountOf = (profile: string, store: Store): DashboardAccount => {
    const alerts = openDefaultAlerts(store, clock)
    onTestFinished(() => alerts.close())
    alerts.subscribe(({ notices }) => {
      for (const { event, alert } of notices) asked.push(`${profile} ${event} ${alert.kind} ${alert.level}`)
    })
    return {
      profile,
      address: `test/${profile}`,
      store,
      alerts,
      history: null,
      actions: {
        resync: () => void asked.push(`resync ${profile}`),
        followCandles: range => {
          followed[profile] = [...(followed[profile] ?? []), range]
        },
      },
    }
  }
  const [first, ...more] = Object.entries(stores).map(([profile, store]) => accountOf(profile, store))
  if (first === undefined) throw new Error('no account')
  const accounts: DashboardAccounts = [first, ...more]
  const controller = openController({
    accounts,
    clock,
    localOffsetMinutes: () => 0,
    httpEveryMs: 5_000,
    unicode: true,
    ...writing,
    pace: 'full',
    mouse: true,
    actions: { suspend: () => {}, exportCsv: async shown => `exported ${shown.account}` },
    quit: () => {},
    changed: () => {},
  })
  const size = { columns: 120, rows: 40 }
  return {
    controller,
    clock,
    accounts,
    asked,
    followed,
    frame: (of = size) => controller.frame(of).context,
    /** Presses keys without a frame between them. */
    press(...keys: readonly string[]) {
      for (const key of keys) controller.press(key)
    },
  }
}
