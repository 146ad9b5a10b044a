import { expect, test } from 'vitest'
import { changedReply } from '../support/changed-reply.ts'
import { openFakeWorld } from '../support/fake-world.ts'

/** ESC, OSC, C1, bidirectional overrides, line separators, an invisible mark, and a break of the line. */
const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eevil\u2066\u2028\u2029\ufeff\u0000\r\nDATA'

const UNSAFE =
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/

/** Appends hostile text to every text of a reply whose key may hold any text, and to all others if `isEverywhere`. */
function spoil(value: unknown, isEverywhere: boolean, key = ''): unknown {
  if (typeof value === 'string') return isEverywhere || key === 'username' ? `${value}${HOSTILE}` : value
  if (Array.isArray(value)) return value.map(each => spoil(each, isEverywhere, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, spoil(each, isEverywhere, name)]),
  )
}

const ROUTES = [
  '/account',
  '/futures/ticker',
  '/futures/isolated/trades/running',
  '/futures/isolated/trades/open',
  '/futures/isolated/trades/closed',
  '/futures/isolated/funding-fees',
  '/futures/cross/position',
  '/futures/cross/orders/open',
  '/futures/cross/orders/filled',
  '/futures/cross/funding-fees',
]

const OUTPUTS = [
  ['snapshot', '--format', 'json'],
  ['snapshot', '--format', 'csv'],
  ['snapshot', '--format', 'prom'],
  ['snapshot', '--format', 'text'],
  ['positions', '--csv'],
  ['orders', '--csv'],
  ['account', '--csv'],
  ['account', '--json'],
  ['history', '--csv'],
  ['history', '--json'],
  ['funding', '--csv'],
  ['funding', '--json'],
  ['line'],
]

for (const isEverywhere of [false, true]) {
  test.each(OUTPUTS)(
    `prints no control sequence of the exchange (${isEverywhere ? 'in any field' : 'in free text'}): %s %s %s`,
    async (...args) => {
      for (const route of isEverywhere ? ROUTES : ['/account']) {
        const world = openFakeWorld({ net: changedReply(route, value => spoil(value, isEverywhere)) })
        await world.run(...args.filter(arg => arg !== undefined), '--timeout', '2s')
        expect(world.out()).not.toMatch(UNSAFE)
        expect(world.err()).not.toMatch(UNSAFE)
        expect(world.out()).not.toMatch(/^DATA/m)
      }
    },
  )
}

test('marks a user name that a spreadsheet would run as text', async () => {
  for (const username of ['=HYPERLINK("http://evil")', '@SUM(1)', '+1+1', '-1+1', '\t=1+1', '\r=1+1']) {
    const world = openFakeWorld({
      net: changedReply('/account', value => ({ ...(value as object), username })),
    })
    expect(await world.run('account', '--csv')).toBe(0)
    const cell = /(?<=,)"?'[=@+-]/
    expect(world.out(), username).toMatch(cell)
  }
})

test('lists a trade with an id of 200,000 characters as unreadable, and prints no part of it', async () => {
  const id = 'f'.repeat(200_000)
  const world = openFakeWorld({
    net: changedReply('/futures/isolated/trades/running', rows =>
      (rows as readonly object[]).map((row, index) => (index === 0 ? { ...row, id } : row)),
    ),
  })
  await world.run('snapshot', '--json')
  expect(world.out().length).toBeLessThan(100_000)
  const { parts } = JSON.parse(world.out())
  expect(parts.isolatedPositions).toMatchObject({
    unreadable: [{ id: null, field: 'id', problem: 'is not an id' }],
  })
})

test('a liquidation price of 5e-324 makes its trade unreadable, not safe', async () => {
  const world = openFakeWorld({
    net: changedReply('/futures/isolated/trades/running', rows =>
      (rows as readonly object[]).map((row, index) => (index === 0 ? { ...row, liquidation: 5e-324 } : row)),
    ),
  })
  expect(await world.run('check', '--liq', '1')).not.toBe(0)
  const shown = openFakeWorld({
    net: changedReply('/futures/isolated/trades/running', rows =>
      (rows as readonly object[]).map((row, index) => (index === 0 ? { ...row, liquidation: 5e-324 } : row)),
    ),
  })
  await shown.run('snapshot', '--json')
  expect(JSON.parse(shown.out()).parts.isolatedPositions.unreadable).toMatchObject([
    { field: 'liquidation', problem: 'is out of range' },
  ])
})
