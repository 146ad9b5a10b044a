import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { usd } from '../../src/domain/units.ts'
import { openTestRelay, type TestRelay } from '../support/relay-server.ts'
import { madeStatus } from '../support/samples.ts'

const CLIENT = resolve(import.meta.dirname, '../../docs/examples/relay-client.js')

/** The example client as a process, and its output. */
function startClient(url: string, token: string) {
  const child = spawn(process.execPath, [CLIENT, url], { env: { AXISOR_RELAY_TOKEN: token } })
  let printed = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      printed += data.toString('utf8')
      for (const listener of listeners) listener()
    })
  return {
    ended: once(child, 'exit'),
    kill: () => child.kill(),
    printed: () => printed,
    prints: (pattern: RegExp): Promise<string> =>
      new Promise(done => {
        const check = (): void => {
          const [found] = pattern.exec(printed) ?? []
          if (found !== undefined) done(found)
        }
        listeners.add(check)
        check()
      }),
  }
}

test('the documented example client follows a real relay until its token is revoked', async () => {
  const relay = await openTestRelay()
  const token = await relay.token('alice')
  const client = startClient(`ws://127.0.0.1:${relay.port}`, token)
  try {
    await client.prints(/positions 2, read -?\d+ ms ago/)
    const account = relay.account('alice')
    const now = Date.now()
    account.dispatch({
      type: 'change',
      at: now,
      sourceAt: now,
      change: { kind: 'last-price', lastPriceUsd: usd(71_234.5) },
    })
    await client.prints(/price 71234\.5, -?\d+ ms old/)
    account.dispatch({
      type: 'status',
      at: now,
      status: madeStatus({ link: 'waiting', retryAt: now + 1_000 }),
    })
    await client.prints(/relay → direct: waiting/)
    const [issued] = await relay.store.tokens(null)
    await relay.store.revokeToken(issued?.id ?? '', Date.now())
    await client.ended
    expect(client.printed()).toMatch(/the token is not valid\n$/)
  } finally {
    client.kill()
    await relay.stop()
  }
}, 30_000)

test.each([
  ['a token that no relay knows', async () => `axr_${'0'.repeat(64)}`, 'the token is not valid'],
  [
    'a token without the scope read',
    (relay: TestRelay) => relay.token('root', ['admin']),
    'the token does not read the account',
  ],
])(
  'the example client ends with %s',
  async (_, tokenFor, reason) => {
    const relay = await openTestRelay()
    const client = startClient(`ws://127.0.0.1:${relay.port}`, await tokenFor(relay))
    try {
      await client.ended
      expect(client.printed()).toBe(`${reason}\n`)
    } finally {
      client.kill()
      await relay.stop()
    }
  },
  30_000,
)
