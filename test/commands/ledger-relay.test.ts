import { describe, expect, test } from 'vitest'
import { findScenario } from '../../src/simulator/scenarios/scenarios.ts'
import { type LedgerRelayOptions, openLedgerRelay } from '../support/ledger-relay.ts'

const RELAY = ['--relay', 'wss://relay.test'] as const

async function openRelayed(options: LedgerRelayOptions = {}) {
  const rig = await openLedgerRelay(options)
  // The token is in the environment of every command of this world; a direct one has its key there too.
  Object.assign(rig.world.env, { AXISOR_RELAY_TOKEN: rig.tokens.ann })
  return rig
}

function scenarioNamed(name: string) {
  const found = findScenario(name)
  if (found === null) throw new Error('no such scenario')
  return found
}

/** The document without the moments at which it was made and its listings were read, and without its source. */
function lasting(text: string): string {
  return text
    .replace(/"asOf":"[^"]*"/g, '"asOf":""')
    .replace(/"source":"\w+"/, '"source":""')
    .replace(/("from":null,"to":)"[^"]*"(,"reason")/g, '$1""$2')
    .replace(/^2026-11-23T18:[\d:.]+Z,simulated/gm, ',simulated')
}

/** Without the simulated trader nothing happens between two commands. */
const QUIET = { ...scenarioNamed('default'), activityMs: null }

const UNTIL = ['--to', '2026-11-23T17:00Z']

describe('over a relay', () => {
  test.each([
    [['deposits', ...UNTIL]],
    [['deposits', ...UNTIL, '--limit', '2']],
    [['deposits', ...UNTIL, '--csv']],
    [['withdrawals', ...UNTIL]],
    [['swaps', ...UNTIL, '--from', '2026-11-01']],
    [['report', ...UNTIL, '--by', 'month', '--zone', 'Europe/Berlin']],
    [['report', ...UNTIL, '--csv']],
    [['report', ...UNTIL, '--tax', 'axisor']],
    [['report', ...UNTIL, '--tax', 'koinly', '--from', '2026-10-25']],
    [['history', ...UNTIL]],
    [['history', ...UNTIL, '--limit', '3', '--csv']],
    [['funding', ...UNTIL]],
    [['audit']],
    [['story', 'ID']],
    [['story', 'cross']],
  ])('axisor %s prints the same bytes as from the exchange', async command => {
    const { world } = await openRelayed({ world: { exchange: { scenario: QUIET } } })
    const id = world.exchange.state.books.closed[0]?.id ?? ''
    const argv = command.map(word => (word === 'ID' ? id : word))
    const direct = await world.run(...argv, '--direct')
    const relayed = await world.run(...argv, ...RELAY)
    expect(relayed).toBe(direct)
    expect(world.printed).toHaveLength(2)
    const [own = '', remote = ''] = world.printed
    expect(own.length).toBeGreaterThan(100)
    expect(lasting(remote)).toBe(lasting(own))
    if (own.startsWith('{')) expect(JSON.parse(remote).source).toBe('relay')
  })
})

describe('a client of a relay', () => {
  test('joins the pages of a long list', async () => {
    const { world, targets } = await openRelayed()
    for (let n = 1; n <= 1_200; n += 1) {
      world.exchange.control(`{"do":"deposit","sats":${n}}`)
      await world.clock.advance(2)
    }
    expect(await world.run('deposits', ...RELAY)).toBe(0)
    const { rows, truncated, totalSats, nextCursor } = JSON.parse(world.out())
    expect(rows).toHaveLength(1_203)
    expect(new Set(rows.map(({ id }: { id: string }) => id)).size).toBe(1_203)
    expect([truncated, totalSats, nextCursor]).toEqual([false, 13_600_000 + 720_600, undefined])
    expect(targets.filter(target => target.includes('cursor='))).toHaveLength(1)
  })

  test('reports the progress on a terminal while the relay reads', async () => {
    const { world } = await openRelayed({ world: { terminal: 120 } })
    expect(await world.run('audit', ...RELAY)).toBe(0)
    expect(world.err()).toMatch(/axisor: reading the history: [\d,]+ rows\n/)
  })

  test.each([
    ['is too old', { knowsLedgers: false }, 7, 'does not serve audit: the relay is older than this axisor'],
    ['keeps no ledgers', { keepsLedgers: false }, 7, 'this relay keeps no ledgers'],
  ] as const)('says in one line that the relay %s', async (_what, options, code, message) => {
    const { world } = await openRelayed(options)
    expect(await world.run('audit', ...RELAY)).toBe(code)
    expect(world.out()).toBe('')
    expect(world.err()).toContain(message)
  })

  test('says that there is no such trade', async () => {
    const { world } = await openRelayed()
    expect(await world.run('story', 'nothing-like-it', ...RELAY)).toBe(2)
    expect(world.err()).toContain('no trade and no cross fill nothing-like-it')
  })

  test('says which permission the key of the relay lacks', async () => {
    const { world } = await openRelayed()
    world.exchange.control('{"do":"route","answer":"status","code":403,"route":"/synthetic-usd/swaps"}')
    expect(await world.run('swaps', ...RELAY)).toBe(4)
    expect(world.err()).toContain("can't watch the account")
  })

  const SWAPS = { document: (text: string) => JSON.parse(text) as Record<string, unknown> }
  const hostile: readonly (readonly [string, (body: string) => string, string])[] = [
    ['no JSON', () => '<html>', 'GET /v1/swaps: is not valid JSON'],
    ['a list', () => '[]', 'GET /v1/swaps: is not an object'],
    [
      'a wrong type',
      body => body.replace(/"inAmount":\d+/, '"inAmount":"1"'),
      'rows[0].inAmount is not a number',
    ],
    [
      'characters that a terminal obeys',
      body => body.replace(/"id":"[^"]+"/, '"id":"\\u001b[2J"'),
      'GET /v1/swaps: id is not printable',
    ],
    [
      'pages without an end',
      body => JSON.stringify({ ...SWAPS.document(body), rows: [], nextCursor: '1.1.0000000000000000' }),
      'the pages do not end',
    ],
    [
      'a strange cursor',
      body => JSON.stringify({ ...SWAPS.document(body), nextCursor: '../../admin?x' }),
      'nextCursor is invalid',
    ],
  ]
  test.each(hostile)('rejects %s', async (_what, spoil, message) => {
    const { world } = await openRelayed({
      reply: (target, reply) =>
        target.includes('/swaps') && reply.status === 200 ? { ...reply, body: spoil(reply.body) } : reply,
    })
    expect(await world.run('swaps', ...RELAY)).toBe(6)
    expect(world.out()).toBe('')
    expect(world.err()).toContain(message)
    expect(world.err()).not.toContain('axr_')
  })

  test('drops members that a later relay sends', async () => {
    const { world } = await openRelayed({
      reply: (target, reply) =>
        target.includes('/swaps')
          ? { ...reply, body: reply.body.replace('"rows":[{', '"later":[1],"rows":[{"also":1,') }
          : reply,
    })
    expect(await world.run('swaps', ...RELAY)).toBe(0)
    expect(world.out()).not.toMatch(/later|also/)
  })

  test('tries again while the relay is busy, and gives up', async () => {
    let isBusy = true
    const busy = { status: 503, headers: { 'axisor-time': '1', 'retry-after': '1' }, body: '' }
    const { world, targets } = await openRelayed({
      reply: (target, reply) => (isBusy && target.includes('/swaps') ? busy : reply),
    })
    expect(await world.run('swaps', ...RELAY)).toBe(7)
    expect(targets).toHaveLength(5)
    isBusy = false
    expect(await world.run('swaps', ...RELAY)).toBe(0)
  })
})
