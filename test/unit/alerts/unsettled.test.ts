import { expect, test } from 'vitest'
import type { AmountRule } from '../../../src/domain/alerts/rule.ts'
import { sats } from '../../../src/domain/units.ts'
import { endedAt } from '../../support/alert-ends.ts'
import { flatAt, marketAt, openAlertRig } from '../../support/alert-rig.ts'
import { ACCOUNT, changeEvent, madePosition, readAt, T0 } from '../../support/samples.ts'

const COMMON = { level: null, channels: null, repeatMs: 'default', quiet: null, enabled: true } as const

const EQUITY: AmountRule = {
  ...{ ...COMMON, name: 'equity', type: 'equity', unit: 'sats', above: null },
  below: 11_500_000,
  changes: { amount: 300_000, withinMs: 3_600_000 },
}

const MARGIN: AmountRule = {
  ...{ ...COMMON, name: 'margin', type: 'margin', unit: 'sats', above: null },
  below: 2_100_000,
  changes: null,
}

/** The sample long with its P&L near 0, so that closing it moves its margin and reserve alone. */
function closed(messageFirst: boolean) {
  const rig = openAlertRig({ rules: [EQUITY] })
  const { entryPriceUsd, liquidationPriceUsd, marginSats } = madePosition()
  const distance = 1 - (liquidationPriceUsd ?? 0) / (entryPriceUsd ?? 0)
  const isolated = [madePosition({ maintenanceMarginSats: sats(0) })]
  rig.slide(T0, distance, { isolated: readAt(T0, isolated) })
  expect(rig.store.state().account).not.toBeNull()
  const balanceSats = sats((ACCOUNT.balanceSats ?? 0) + (marginSats ?? 0))
  if (messageFirst) {
    rig.dispatch(endedAt(T0 + 1_000, 'closed', { plSats: 0 }))
    for (let at = T0 + 1_000; at < T0 + 1_600; at += 100) rig.evaluate(at)
  } else {
    // The trades were read after the close, and the balance before it.
    rig.slide(T0 + 1_000, distance, { isolated: readAt(T0 + 1_000, []) })
  }
  rig.dispatch(flatAt(T0 + 1_600, { account: readAt(T0 + 1_600, { ...ACCOUNT, balanceSats }) }))
  rig.evaluate(T0 + 1_600)
  return rig
}

test.each([true, false])(
  'closing a position is no dip of the equity, also not in a window (message: %s)',
  first => {
    const rig = closed(first)
    expect(rig.notices).toEqual([])
  },
)

test('a real fall of the equity is reported once it is read', () => {
  const rig = closed(true)
  const read = T0 + 5_000
  const account = readAt(read, { ...ACCOUNT, balanceSats: sats(2_000_000) })
  // Without a message: two reads agree.
  rig.dispatch(flatAt(read, { account }))
  expect(rig.evaluate(read).notices).toEqual([])
  rig.dispatch(flatAt(read + 300, { account: { ...account, receivedAt: read + 300 } }))
  expect(rig.evaluate(read + 300).notices.length).toBeGreaterThan(0)
})

test('a fall is reported after 10 s although amounts keep moving', () => {
  const rig = openAlertRig({ rules: [EQUITY] })
  rig.slide(T0, 0.1)
  const toldAt = () => rig.notices.map(({ at }) => at)
  for (let at = T0 + 500; at <= T0 + 12_000; at += 500) {
    const wallet = { kind: 'wallet', direction: 'withdrawal', status: 'done', amountSats: sats(1) } as const
    const withdrawn = changeEvent(at, { ...wallet, id: `w${at}`, balanceSats: sats(1) })
    rig.dispatch(...marketAt(at, 0.1), withdrawn)
    rig.evaluate(at)
    if (at < T0 + 10_500) expect(toldAt()).toEqual([])
  }
  expect(toldAt()).not.toEqual([])
})

test('the free margin is not evaluated on a balance that is older than a change', () => {
  const rig = openAlertRig({ rules: [MARGIN] })
  rig.slide(T0, 0.2)
  expect(rig.active()).toHaveLength(1)
  rig.dispatch(endedAt(T0 + 1_000, 'closed'))
  rig.evaluate(T0 + 1_000)
  expect(rig.active()[0]?.message).toMatch(/ago$/)
})
