import { describe, expect, test } from 'vitest'
import { openChannels, openHeartbeat } from '../../../../src/commands/alerts/open-channels.ts'
import { identityOf } from '../../../../src/commands/secrets/identity.ts'
import { SecretStores } from '../../../../src/commands/secrets/secret-stores.ts'
import { AxisorError, EXIT } from '../../../../src/domain/error.ts'
import type { Profile } from '../../../../src/domain/profile.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { encodeStoredSecret } from '../../../../src/wire/stored-secret.ts'
import { type FakeWorld, type FakeWorldOptions, openFakeWorld } from '../../../support/fake-world.ts'
import { ownFile, unusable } from '../../../support/login-world.ts'
import { openMemorySecrets } from '../../../support/memory-secrets.ts'

const CHANNELS = '/home/trader/.config/axisor/channels.json'

const MAIN: Profile = {
  kind: 'direct',
  name: 'main',
  store: 'keychain',
  requirePassphrase: false,
  network: 'mainnet',
  addresses: null,
  permissions: null,
  verifiedAt: null,
  acceptedAt: null,
}

const TOPIC = 'https://ntfy.example.org/canary-topic-77'
const BOT = '123456:canary-bot-token-42'

function fileOf(channels: object, heartbeat = false): string {
  const section = { channels, ...(heartbeat ? { heartbeat } : {}) }
  return JSON.stringify({ profiles: { main: section, env: section } })
}

const BOTH = fileOf({ phone: { type: 'ntfy' }, 'my-bot': { type: 'telegram', chatId: '5' } })

function worldWith(file: string, options: FakeWorldOptions = {}): FakeWorld {
  return openFakeWorld({ ...options, files: { ...options.files, [CHANNELS]: ownFile(file) } })
}

function store(world: FakeWorld, channel: string, text: string): void {
  const secret = encodeStoredSecret({ kind: 'channel', secret: new Secret(text) })
  world.secrets.keychain.texts.set(`channel:${channel}:lnmarkets:mainnet:main`, secret)
}

const contextOf = (world: FakeWorld) => ({ ...world, interrupted: new Promise<never>(() => {}) })

async function open(world: FakeWorld, profile: Profile | null = MAIN) {
  const { channels, problems } = await openChannels({ profile, passphraseFd: null }, contextOf(world))
  return {
    secrets: Object.fromEntries(channels.map(({ name, secret }) => [name, secret?.reveal() ?? null])),
    problems: Object.fromEntries(problems.map(({ name, why }) => [name, why])),
  }
}

describe('opening channels', () => {
  test('reads each secret from the store of the profile', async () => {
    const world = worldWith(BOTH)
    store(world, 'phone', TOPIC)
    store(world, 'my-bot', BOT)
    expect(await open(world)).toEqual({ secrets: { phone: TOPIC, 'my-bot': BOT }, problems: {} })
  })

  test('names a channel without a secret and opens the others', async () => {
    const world = worldWith(BOTH)
    store(world, 'my-bot', BOT)
    expect(await open(world)).toEqual({
      secrets: { 'my-bot': BOT },
      problems: {
        phone:
          'its secret is missing from the keychain, and AXISOR_CHANNEL_PHONE_SECRET is not set; run axisor alerts channel add',
      },
    })
  })

  test('names a channel whose secret is not valid, without the secret', async () => {
    const world = worldWith(BOTH)
    store(world, 'phone', 'ftp://canary-host')
    store(world, 'my-bot', 'canary bot')
    expect(await open(world)).toEqual({
      secrets: {},
      problems: {
        phone: 'the topic URL is not an https:// address',
        'my-bot': 'the bot token is not a token such as 123456:ABC…',
      },
    })
  })

  test('names a channel whose stored text is not a secret of a channel', async () => {
    const world = worldWith(BOTH)
    for (const [name, text] of [
      ['phone', 'no JSON'],
      ['my-bot', encodeStoredSecret({ kind: 'relay', token: new Secret('t'), url: null })],
    ] as const)
      world.secrets.keychain.texts.set(`channel:${name}:lnmarkets:mainnet:main`, text)
    const { problems } = await open(world)
    expect(problems).toEqual({
      phone: 'its secret in the keychain is unreadable',
      'my-bot': 'its secret in the keychain is unreadable',
    })
  })

  test('prefers the environment to the store, from a variable, a file or a systemd credential', async () => {
    for (const options of [
      { env: { AXISOR_CHANNEL_MY_BOT_SECRET: BOT } },
      {
        env: { AXISOR_CHANNEL_MY_BOT_SECRET_FILE: '/run/bot' },
        files: { '/run/bot': ownFile(`\uFEFF${BOT}\r\n`) },
      },
      {
        env: { CREDENTIALS_DIRECTORY: '/run/credentials/axisor' },
        // As systemd creates it: of root, hence of a foreign owner.
        files: {
          '/run/credentials/axisor/channel-my-bot': {
            text: `${BOT}\n`,
            othersMayRead: true,
            othersMayWrite: true,
          },
        },
      },
    ]) {
      const world = worldWith(BOTH, options)
      store(world, 'my-bot', '1:stored')
      store(world, 'phone', TOPIC)
      expect(await open(world)).toEqual({ secrets: { phone: TOPIC, 'my-bot': BOT }, problems: {} })
    }
  })

  test('needs no profile if all secrets are in the environment', async () => {
    const world = worldWith(BOTH, { env: { AXISOR_CHANNEL_PHONE_SECRET: TOPIC } })
    expect(await open(world, null)).toEqual({
      secrets: { phone: TOPIC },
      problems: { 'my-bot': 'its secret is missing: AXISOR_CHANNEL_MY_BOT_SECRET is not set' },
    })
  })

  test('names a channel whose file is readable by other users', async () => {
    const world = worldWith(BOTH, {
      env: { AXISOR_CHANNEL_MY_BOT_SECRET_FILE: '/run/bot', AXISOR_CHANNEL_PHONE_SECRET: TOPIC },
      files: { '/run/bot': { text: BOT, othersMayRead: true, othersMayWrite: false } },
    })
    expect(await open(world)).toEqual({
      secrets: { phone: TOPIC },
      problems: { 'my-bot': 'AXISOR_CHANNEL_MY_BOT_SECRET_FILE: /run/bot is readable by other users' },
    })
  })

  test('accesses no store for channels without a secret', async () => {
    const smtp = { type: 'smtp', host: '127.0.0.1', security: 'none', from: 'a@b.org', to: 'c@d.org' }
    const world = worldWith(
      fileOf({ bell: { type: 'bell' }, mail: smtp, me: { type: 'command', argv: ['a'] } }),
    )
    world.secrets.keychain.become(unusable())
    expect(await open(world)).toEqual({ secrets: { bell: null, mail: '', me: null }, problems: {} })
  })

  test('names every channel if the store cannot be used', async () => {
    const world = worldWith(BOTH)
    world.secrets.keychain.become(unusable('the keyring is locked'))
    expect((await open(world)).problems).toEqual({
      phone: 'the keyring is locked',
      'my-bot': 'the keyring is locked',
    })
  })

  test('redacts a secret with its lines and the path of its URL', async () => {
    const world = worldWith(fileOf({ hook: { type: 'webhook' } }))
    store(world, 'hook', 'https://h.example.org/canary/path-42?key=x\ncanary-hmac-key')
    await open(world)
    for (const text of [
      'https://h.example.org/canary/path-42?key=x',
      'canary-hmac-key',
      'GET /canary/path-42?key=x',
      '/canary/path-42',
    ])
      expect(world.redact(text)).not.toContain('canary')
  })

  test('does not open a webhook without an HMAC key', async () => {
    const world = worldWith(fileOf({ hook: { type: 'webhook' } }))
    store(world, 'hook', 'https://h.example.org/x')
    expect((await open(world)).problems).toEqual({ hook: 'the HMAC key is missing' })
  })

  test('rethrows an interruption and mistakes of the file', async () => {
    await expect(open(worldWith('{ "x": 1 }'))).rejects.toBeInstanceOf(AxisorError)
    const world = worldWith(BOTH)
    world.secrets.keychain.read = () => new Promise(() => {})
    const context = { ...world, interrupted: Promise.resolve(EXIT.interrupted) }
    await expect(openChannels({ profile: MAIN, passphraseFd: null }, context)).rejects.toMatchObject({
      exitCode: 130,
    })
  })
})

test('reads the passphrase of a vault once for the key and all channels, if the stores are shared', async () => {
  const vault = openMemorySecrets('vault')
  let reads = 0
  const world = worldWith(BOTH, {
    env: { AXISOR_API_KEY: undefined, AXISOR_API_SECRET: undefined, AXISOR_API_PASSPHRASE: undefined },
    openSecrets: async (_kind, { passphrase }) => ({
      ...vault,
      async read(id) {
        expect(await passphrase?.ask({ purpose: 'open', attempt: 1 })).toBe('correct horse battery')
        return vault.read(id)
      },
    }),
  })
  const secretOf = (text: string) => encodeStoredSecret({ kind: 'channel', secret: new Secret(text) })
  vault.texts.set('channel:phone:lnmarkets:mainnet:main', secretOf(TOPIC))
  vault.texts.set('channel:my-bot:lnmarkets:mainnet:main', secretOf(BOT))
  const credentials = { key: 'k', secret: new Secret('s'), passphrase: new Secret('p') }
  vault.texts.set('lnmarkets:mainnet:main', encodeStoredSecret({ kind: 'direct', credentials }))
  const context = contextOf({
    ...world,
    files: {
      ...world.files,
      async readDescriptor() {
        reads += 1
        return reads === 1 ? 'correct horse battery' : ''
      },
    },
  })
  const settings = { profile: { ...MAIN, store: 'vault' } as const, passphraseFd: 3, relayUser: null }
  const sharedStores = new SecretStores(context, settings)
  const shared = { ...context, sharedStores }
  expect((await identityOf(settings, shared)).credentials.key).toBe('k')
  expect((await openChannels(settings, shared)).channels).toHaveLength(2)
  expect((await openHeartbeat(settings, shared)).problem).toBeNull()
  sharedStores.close()
  expect(reads).toBe(1)
})

describe('opening the heartbeat', () => {
  const URL = 'https://hc.example.org/canary-uuid-1234'

  const openIn = async (
    world: FakeWorld,
    profile: Profile | null = MAIN,
    relayUser: string | null = null,
  ) => {
    const settings = { profile, passphraseFd: null, relayUser }
    const { url, problem } = await openHeartbeat(settings, contextOf(world))
    return { url: url?.reveal() ?? null, problem }
  }

  test('has a URL of its own for each user of a relay, or none', async () => {
    const world = worldWith(fileOf({}, true))
    store(world, 'heartbeat', URL)
    expect(await openIn(world, MAIN, 'bob')).toEqual({
      url: null,
      problem: 'not sent for bob, since its URL would be the same for every --user: add {user} to it',
    })
    store(world, 'heartbeat', `${URL}/{user}`)
    expect(await openIn(world, MAIN, 'bob')).toEqual({ url: `${URL}/bob`, problem: null })
    expect(await openIn(world)).toEqual({
      url: null,
      problem: 'its URL has {user}, but no user is named with --user',
    })
  })

  test('returns the URL in the store or in the environment', async () => {
    const world = worldWith(fileOf({}, true))
    store(world, 'heartbeat', URL)
    expect(await openIn(world)).toEqual({ url: URL, problem: null })
    const fromEnv = worldWith(fileOf({}), { env: { AXISOR_CHANNEL_HEARTBEAT_SECRET: URL } })
    expect(await openIn(fromEnv, null)).toEqual({ url: URL, problem: null })
    expect(fromEnv.redact(`no route to ${URL}`)).not.toContain('canary')
  })

  test('returns nothing and accesses no store if none was set', async () => {
    const world = worldWith(fileOf({}))
    world.secrets.keychain.become(unusable())
    expect(await openIn(world)).toEqual({ url: null, problem: null })
  })

  test('names what is wrong with one that was set', async () => {
    const world = worldWith(fileOf({}, true))
    expect(await openIn(world)).toEqual({
      url: null,
      problem:
        'its secret is missing from the keychain, and AXISOR_CHANNEL_HEARTBEAT_SECRET is not set; run axisor alerts heartbeat set',
    })
    store(world, 'heartbeat', 'http://hc.example.org/canary')
    expect((await openIn(world)).problem).toBe(
      'its URL is not an https:// address; http:// is allowed for this machine and your own network only',
    )
    world.secrets.keychain.become(unusable('the keyring is locked'))
    expect((await openIn(world)).problem).toBe('the keyring is locked')
  })
})
