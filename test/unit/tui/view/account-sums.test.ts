import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sats, usd } from '../../../../src/domain/units.ts'
import { openStore, type Store } from '../../../../src/store/store.ts'
import { FIGURES, figureOf, sumAccounts } from '../../../../src/tui/view/account-sums.ts'
import { accountStore, accountsContext } from '../../../frames/accounts-screens.ts'
import { READ_AT } from '../../../frames/sample-screens.ts'
import { ACCOUNT, madePosition, readAt, resetEvent, statusEvent, T0 } from '../../../support/samples.ts'

/** One account: its kind, its age, its positions, and what was not read of it. */
const account = fc.record({
  kind: fc.constantFrom('mainnet', 'signet', 'simulator', 'no data'),
  ageMs: fc.constantFrom(400, 60_000),
  link: fc.constantFrom('live', 'waiting', 'stopped'),
  hasAccount: fc.boolean(),
  hasIsolated: fc.boolean(),
  balance: fc.integer({ min: 0, max: 2_000_000_000 }),
  positions: fc.array(
    fc.record({
      side: fc.constantFrom('long', 'short'),
      quantityUsd: fc.integer({ min: 1, max: 5_000_000 }),
      marginSats: fc.option(fc.integer({ min: 1, max: 2_000_000_000 })),
    }),
    { maxLength: 4 },
  ),
})

type Made = typeof account extends fc.Arbitrary<infer Value> ? Value : never

function storeOfAccount(made: Made, index: number): Store {
  const store = openStore()
  const at = T0 - made.ageMs
  if (made.kind !== 'no data') {
    const isolated = made.positions.map((over, position) =>
      madePosition({
        ...over,
        id: `${index}-${position}`,
        marginSats: over.marginSats === null ? null : sats(over.marginSats),
        entryPriceUsd: usd(70_000),
      } as Parameters<typeof madePosition>[0]),
    )
    store.dispatch(
      resetEvent(at, {
        origin: made.kind === 'simulator' ? 'simulated' : 'exchange',
        network: made.kind,
        account: made.hasAccount
          ? readAt(at, { ...ACCOUNT, username: `trader${index}`, balanceSats: sats(made.balance) })
          : null,
        isolated: made.hasIsolated ? readAt(at, isolated) : null,
      } as Parameters<typeof resetEvent>[1]),
    )
  }
  store.dispatch(statusEvent(at, { link: made.link as 'live' }))
  return store
}

function contextsOf(accounts: readonly Made[]) {
  const named = accounts.map((made, index) => [`p${index}`, () => storeOfAccount(made, index)] as const)
  return accountsContext(named, { shown: null }).accounts?.contexts ?? []
}

const accounts = fc.array(account, { minLength: 2, maxLength: 6 })

describe('the sums of accounts', () => {
  test('are the sums of their known parts, and null if there is none', () => {
    fc.assert(
      fc.property(accounts, made => {
        const contexts = contextsOf(made)
        for (const { members, sums } of sumAccounts(contexts).groups)
          for (const name of FIGURES) {
            const parts = members.flatMap(index => {
              const context = contexts[index]
              return context === undefined ? [] : (figureOf(context, name).value ?? [])
            })
            const expected = parts.length === 0 ? null : parts.reduce((sum, part) => sum + part, 0)
            expect(sums[name].value).toBe(expected)
          }
      }),
    )
  })

  test('name every account that is missing, and are marked for it and for old parts', () => {
    fc.assert(
      fc.property(accounts, made => {
        const contexts = contextsOf(made)
        const { groups, unknown } = sumAccounts(contexts)
        for (const { members, sums } of groups)
          for (const name of FIGURES) {
            const figures = members
              .map(index => contexts[index])
              .flatMap(each => (each ? figureOf(each, name) : []))
            const missing = members.filter((_, place) => figures[place]?.value === null)
            expect(sums[name].without).toEqual([...missing, ...unknown].toSorted((a, b) => a - b))
            const isWhole = sums[name].without.length === 0 && figures.every(({ isOld }) => !isOld)
            expect(sums[name].isOld).toBe(!isWhole)
          }
      }),
    )
  })

  test('contain each account of a known network once, and never two networks in one', () => {
    fc.assert(
      fc.property(accounts, made => {
        const { groups, unknown } = sumAccounts(contextsOf(made))
        const all = [...groups.flatMap(({ members }) => members), ...unknown].toSorted((a, b) => a - b)
        expect(all).toEqual(made.map((_, index) => index))
        for (const { members } of groups)
          expect(new Set(members.map(index => made[index]?.kind)).size).toBe(1)
        for (const index of unknown) expect(made[index]?.kind).toBe('no data')
      }),
    )
  })

  test('have a gross exposure of at least the net one', () => {
    fc.assert(
      fc.property(accounts, made => {
        for (const { sums } of sumAccounts(contextsOf(made)).groups) {
          const { net, gross } = sums
          expect(net.value === null).toBe(gross.value === null)
          expect(gross.value ?? 0).toBeGreaterThanOrEqual(Math.abs(net.value ?? 0))
        }
      }),
    )
  })
})

describe('an account that two profiles read', () => {
  const same = (ageMs: Made['ageMs']): Made => ({
    kind: 'mainnet',
    ageMs,
    link: 'live',
    hasAccount: true,
    hasIsolated: true,
    balance: 1_000,
    positions: [],
  })
  const named = (...stores: readonly Store[]) =>
    accountsContext(
      stores.map((store, index) => [`p${index}`, () => store] as const),
      { shown: null },
    ).accounts?.contexts ?? []

  test('is counted once, with the profile whose prices are current', () => {
    const contexts = named(
      storeOfAccount(same(60_000), 1),
      storeOfAccount(same(400), 1),
      storeOfAccount(same(400), 2),
    )
    const { groups, doubles } = sumAccounts(contexts)
    expect(doubles).toEqual([[0, 1]])
    expect(groups).toMatchObject([{ members: [1, 2], sums: { free: { value: 2_000, isOld: false } } }])
  })

  test('is another one on another simulated exchange', () => {
    const simulated: Made = { ...same(400), kind: 'simulator' }
    const contexts = named(storeOfAccount(simulated, 1), storeOfAccount(simulated, 1))
    expect(sumAccounts(contexts).doubles).toEqual([])
  })
})

test('counts of two profiles of one account the one that reads more of its positions', () => {
  const full = () => accountStore('same')
  const limited = () => accountStore('same', READ_AT, { isolated: null })
  for (const accounts of [
    [['full', full] as const, ['limited', limited] as const],
    [['limited', limited] as const, ['full', full] as const],
  ]) {
    const contexts = accountsContext(accounts, { shown: null }).accounts?.contexts ?? []
    const counted = accounts.findIndex(([name]) => name === 'full')
    expect(sumAccounts(contexts).doubles).toEqual([[1 - counted, counted]])
  }
})
