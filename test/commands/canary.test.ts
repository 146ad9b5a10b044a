import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/commands/definitions.ts'
import { AxisorError } from '../../src/domain/error.ts'
import type { Net } from '../../src/ports/world.ts'
import { READ_SCOPES, WRITE_SCOPES } from '../../src/simulator/protocol/scopes.ts'
import { CHANNELS, runWithStdin, withProfile } from '../support/alert-world.ts'
import { type FakeWorld, type FakeWorldOptions, openFakeWorld } from '../support/fake-world.ts'
import { NO_KEY, ownFile, PROFILES, withStdin } from '../support/login-world.ts'
import '../support/loaded-watch.ts'

const CHANNEL = 'https://hooks.example.org/canary-hook/12x34'

const CANARY = { key: 'the-public-id', secret: 'canary-secret/4f"9+c', passphrase: 'canary-passphrase/77~z' }

/** Every encoding in which a value could be printed. */
const SPELLINGS = [CANARY.secret, CANARY.passphrase, CHANNEL, new URL(CHANNEL).pathname].flatMap(value => [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value),
  Buffer.from(value).toString('base64').slice(0, -4),
  Buffer.from(value).toString('hex'),
])

const exchange = { extraKeys: [{ credentials: CANARY, scopes: READ_SCOPES }] }

const ENV = {
  AXISOR_API_KEY: CANARY.key,
  AXISOR_API_SECRET: CANARY.secret,
  AXISOR_API_PASSPHRASE: CANARY.passphrase,
  AXISOR_CHANNEL_HOOK_SECRET: CHANNEL,
  AXISOR_CHANNEL_HEARTBEAT_SECRET: CHANNEL,
}

/** A channel for the key in the environment. */
const FILES = {
  [CHANNELS]: ownFile('{ "profiles": { "env": { "channels": { "hook": { "type": "slack" } } } } }'),
}

function expectNoSecret(world: FakeWorld): void {
  const places = {
    out: world.out(),
    err: world.err(),
    prompts: world.prompted(),
    profiles: world.file(PROFILES) ?? '',
    channels: world.file(CHANNELS) ?? '',
  }
  for (const [place, text] of Object.entries(places))
    for (const spelling of SPELLINGS)
      expect(text.includes(spelling), `${place}: ${text.slice(0, 300)}`).toBe(false)
}

/** Runs a command for a while, then ends it with a signal if it is still running. */
async function runFor(world: FakeWorld, argv: readonly string[]): Promise<void> {
  const running = await world.start(...argv)
  for (let second = 0; second < 15 && running.code() === null; second += 1) await world.clock.advance(1_000)
  world.signal('SIGTERM')
  await running.ended()
}

/** A network that echoes requests in every text field of a response. */
const echoing = (net: Net): Net => ({
  ...net,
  http: {
    ...net.http,
    async get(_origin, _target, headers) {
      const words = JSON.stringify(headers)
      return {
        status: 401,
        headers: { 'retry-after': words },
        body: JSON.stringify({ code: 'NO', message: words }),
      }
    },
  },
})

/** A network whose errors quote what was sent. */
const quoting = (net: Net): Net => ({
  http: {
    ...net.http,
    get: (_origin, _target, headers) =>
      Promise.reject(new AxisorError('unreachable', `no connection for ${JSON.stringify(headers)}`)),
  },
  sockets: {
    open(_url, listener) {
      queueMicrotask(() => listener.opened())
      return {
        ping() {},
        terminate() {},
        send(text) {
          const { id, method } = JSON.parse(text) as { id: string; method: string }
          if (method !== 'authenticate') return listener.text(JSON.stringify({ id, result: { time: 0 } }))
          listener.failed(new AxisorError('connection-lost', `lost while sending ${text}`))
          listener.closed(1006)
        },
      }
    },
  },
})

const TROUBLES: readonly [string, FakeWorldOptions, object?][] = [
  ['nothing fails', {}],
  ['the key is revoked', {}, { do: 'revoke' }],
  ['the exchange is under maintenance', {}, { do: 'status', code: 503, ms: 600_000 }],
  ['the stream sends garbage', {}, { do: 'garbage' }],
  ['the exchange is silent', {}, { do: 'mute', ms: 600_000 }],
  ['the exchange echoes requests', { net: echoing }],
  [
    'the key has write permissions',
    { exchange: { extraKeys: [{ credentials: CANARY, scopes: [...READ_SCOPES, ...WRITE_SCOPES] }] } },
  ],
  ['a part of the key is wrong', { env: { ...ENV, AXISOR_API_SECRET: `${CANARY.secret}x` } }],
  ['a part of the key cannot be sent', { env: { ...ENV, AXISOR_API_SECRET: `${CANARY.secret}\n` } }],
]

/** `sim serve` prints keys of its own on purpose; `relay serve` needs a real server. */
const NAMES = COMMANDS.map(({ name }) => name).filter(name => !/serve$/.test(name))

describe.each(TROUBLES)('prints no secret when %s', (_, options, knob) => {
  test.each(NAMES)('axisor %s', async name => {
    for (const argv of [[], ['--json']]) {
      for (const terminal of [false, true]) {
        const world = openFakeWorld({
          exchange,
          env: ENV,
          files: FILES,
          terminal,
          typedKeys: null,
          ...options,
        })
        // A service that quotes what it received.
        world.notifier.onSend = ({ secret }) => ({ kind: 'failed', why: `no route to ${secret?.reveal()}` })
        world.notifier.onPing = () => ({
          kind: 'retry',
          why: `no reply from ${new URL(CHANNEL).pathname}`,
          afterMs: null,
        })
        if (knob !== undefined) world.exchange.control(JSON.stringify(knob))
        await runFor(world, [...name.split(' '), ...argv])
        expectNoSecret(world)
      }
    }
  })
})

test('draws no secret on the dashboard', async () => {
  const world = openFakeWorld({ exchange, env: ENV, terminal: 200 })
  await runFor(world, ['watch'])
  expect(world.out()).toContain('LIVE')
  expectNoSecret(world)
})

test('masks a secret in a message', async () => {
  for (const argv of [
    ['snapshot', '--timeout', '1s'],
    ['snapshot', '--json', '--timeout', '1s'],
    ['history'],
  ]) {
    const world = openFakeWorld({ exchange, env: ENV, net: quoting })
    await runFor(world, argv)
    expect(world.err()).toContain('•••')
    expectNoSecret(world)
  }
})

test('prints no secret at login, with and without success', async () => {
  for (const net of [(same: Net) => same, echoing, quoting]) {
    const world = openFakeWorld({ exchange, env: NO_KEY, net })
    await withStdin(world, JSON.stringify(CANARY), '--json')
    expectNoSecret(world)
    const input = `${CANARY.key}\r${CANARY.secret}\r${CANARY.passphrase}\r`
    const prompted = openFakeWorld({ exchange, env: NO_KEY, net, terminal: true, typedKeys: input })
    await runFor(prompted, ['login'])
    expectNoSecret(prompted)
  }
})

test('prints no secret of a channel or a heartbeat that is added, with and without success', async () => {
  const line = `failed for ${CHANNEL} and ${new URL(CHANNEL).pathname}`
  for (const result of [{ kind: 'delivered' }, { kind: 'failed', why: line }] as const)
    for (const words of [
      ['channel', 'add', 'slack', 'hook'],
      ['heartbeat', 'set'],
    ]) {
      const argv = ['alerts', ...words]
      const world = await withProfile()
      world.notifier.onSend = () => result
      world.notifier.onPing = () => result
      await runWithStdin(world, CHANNEL, ...argv, '--secret-stdin')
      expectNoSecret(world)
      const typed = await withProfile({ terminal: true, typedKeys: `${CHANNEL}\r` })
      typed.notifier.onSend = () => result
      typed.notifier.onPing = () => result
      await runFor(typed, argv)
      await runFor(typed, ['alerts', 'channel', 'list'])
      await runFor(typed, ['alerts', 'test'])
      await runFor(typed, ['alerts', 'heartbeat', 'show'])
      expectNoSecret(typed)
      const stored = result.kind === 'delivered' ? 1 : 0
      expect([...typed.secrets.keychain.texts.values()].filter(text => text.includes(CHANNEL))).toHaveLength(
        stored,
      )
    }
})
