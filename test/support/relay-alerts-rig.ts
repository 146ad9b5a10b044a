import { type AccountWatch, openWatched } from '../../src/commands/alerts/open-watched.ts'
import { openRelayAlerts, settingsBookOf } from '../../src/commands/relay/alerts/alert-service.ts'
import { masterKeysOf } from '../../src/commands/relay/master-key-place.ts'
import { openStoreOf } from '../../src/commands/relay/store.ts'
import { sourceSettings } from '../../src/commands/source-settings.ts'
import { LN_MARKETS } from '../../src/config/addresses.ts'
import type { Channel } from '../../src/domain/alerts/channel.ts'
import { NO_PROXY_RULES } from '../../src/domain/proxy.ts'
import { Secret } from '../../src/domain/secret.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { RelayStore } from '../../src/ports/relay-store.ts'
import type { SettingsEdit } from '../../src/relay/alerts/change-settings.ts'
import { issueToken } from '../../src/relay/auth/issue-token.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import { sealAccount } from '../../src/relay/auth/sealed-account.ts'
import { openRelay, type Relay } from '../../src/relay/relay.ts'
import { openChainUpstreams } from '../../src/relay/upstreams/chain.ts'
import { openAccountUpstreams } from '../../src/relay/upstreams/exchange.ts'
import { credentialsOf } from '../contract/feed-rig.ts'
import { BrokerEngine } from './broker-engine.ts'
import type { FakeWorld, FakeWorldOptions } from './fake-world.ts'
import { openMemoryBroker } from './memory-broker.ts'
import { type MemoryRelayEndpoint, openMemoryRelayEndpoint } from './memory-relay-endpoint.ts'
import { setKey, withUsers } from './relay-users.ts'

/** A channel of the type ntfy with a secret of its own. */
export function ntfyChannel(name: string, url = `https://ntfy.example/${name}-canary-7f3a`): Channel {
  return { name, settings: { type: 'ntfy' }, secret: new Secret(url) }
}

const BROKER = { host: 'broker', port: 6379, tls: false, username: null, password: null, db: 0 }

/** One process of a relay. */
interface RelayProcess {
  readonly relay: Relay
  readonly store: RelayStore
  readonly logged: readonly string[]
  /** Suspends it: none of its timers run any more. */
  freeze(): void
  /** Ends it as a signal does. */
  stop(): Promise<void>
}

/** A client of a relay, and its connection. */
interface RelayClient extends AccountWatch {
  readonly endpoint: MemoryRelayEndpoint
}

/** Where the channel of the client is configured. */
const CHANNELS = '/home/trader/.config/axisor/channels.json'

/** Relays with the account of alice on a simulated exchange, and one database, in a fake world. */
export interface RelayAlertsRig {
  readonly world: FakeWorld
  /** Starts a relay; `cluster`: as a member of the cluster. */
  start(options?: { readonly cluster?: boolean; readonly label?: number }): Promise<RelayProcess>
  /** Starts another relay that follows a relay and has no alerts of its own. */
  chain(relay: () => Relay | null): Promise<RelayProcess>
  /** Opens what `axisor watch --relay` opens, with the channel `laptop`, as a client of a relay and its users. */
  client(relay: () => Relay | null, users?: RelayStore): Promise<RelayClient>
  /** Replaces alice's key, also by one that may write. */
  replaceKey(key: 'reader' | 'writer'): Promise<void>
  edit(edit: SettingsEdit, userId?: string): Promise<void>
  /** Sends a control command to the exchange. */
  knob(command: Readonly<Record<string, unknown>>): void
  /** `CHANNEL EVENT LEVEL` of each message that was sent. */
  sent(): readonly string[]
  until(condition: () => boolean, timeoutMs?: number): Promise<void>
}

export async function openRelayAlertsRig(options: FakeWorldOptions = {}): Promise<RelayAlertsRig> {
  const world = await withUsers(options)
  if ((await setKey(world, 'alice')) !== 0) throw new Error(world.err())
  const opened = await openStoreOf({ database: null }, world, 'create')
  const engine = new BrokerEngine()
  const author = { by: 'by a test', allowPrivate: false }
  const { clock, notifier } = world

  async function start({ cluster = false, label = 1 } = {}): Promise<RelayProcess> {
    const logged: string[] = []
    const write = (event: string, fields?: object) => void logged.push(JSON.stringify([event, fields]))
    const log = { info: write, warn: write, error: write }
    let isFrozen = false
    const own: Clock = {
      ...clock,
      after: (ms, then) =>
        clock.after(ms, () => {
          if (!isFrozen) then()
        }),
    }
    const context = {
      ...world,
      clock: own,
      processId: label,
      openBroker: async () => openMemoryBroker(clock, engine),
    }
    const upstreams = await openAccountUpstreams(context, {
      readMasterKeys: () => masterKeysOf(context, opened),
      addresses: LN_MARKETS,
      broker: cluster ? BROKER : null,
      allowWriteKey: false,
      log,
      openNet: () => context.openNet(NO_PROXY_RULES),
    })
    const settings = { allowPrivateChannels: false, proxies: NO_PROXY_RULES }
    const relay = openRelay(context, {
      ...{ store: opened.store, log },
      network: 'mainnet',
      openUpstream: upstreams.open,
      openAlerts: (await openRelayAlerts(settings, opened, log, context)).openAlerts,
    })
    return {
      relay,
      store: opened.store,
      logged,
      freeze() {
        isFrozen = true
      },
      async stop() {
        await settled(relay.stop())
        await settled(upstreams.close())
      },
    }
  }

  async function tokenIn(store: RelayStore): Promise<string> {
    const request = {
      userId: 'u-alice',
      name: 'client',
      scopes: ['read'],
      expiresAt: null,
      issuedBy: null,
    } as const
    const issued = await issueToken(world, store, request)
    if (issued === null) throw new Error('no such user')
    return issued.text
  }

  async function chain(relay: () => Relay | null): Promise<RelayProcess> {
    const endpoint = openMemoryRelayEndpoint(clock, 5, relay, () => clock.nowMs())
    const store = openMemoryRelayStore()
    await store.addUser({ id: 'u-alice', name: 'alice', createdAt: 0 })
    const upstreams = await openChainUpstreams(world, {
      url: 'wss://first.test',
      token: new Secret(await tokenIn(opened.store)),
      user: null,
      store,
      openNet: async () => endpoint,
    })
    const log = { info() {}, warn() {}, error() {} }
    const second = openRelay(world, { ...{ store, log }, network: 'mainnet', openUpstream: upstreams.open })
    const stop = async (): Promise<void> => {
      await settled(second.stop())
      await settled(upstreams.close())
    }
    return { relay: second, store, logged: [], freeze() {}, stop }
  }

  async function client(relay: () => Relay | null, users = opened.store): Promise<RelayClient> {
    const endpoint = openMemoryRelayEndpoint(clock, 5, relay, () => clock.nowMs())
    const token = await tokenIn(users)
    const context = {
      ...world,
      env: {
        ...world.env,
        AXISOR_RELAY_TOKEN: token,
        AXISOR_CHANNEL_LAPTOP_SECRET: 'https://ntfy.example/laptop',
      },
      openNet: async () => endpoint,
      interrupted: new Promise<never>(() => {}),
    }
    await world.files.writePrivate(
      CHANNELS,
      JSON.stringify({ profiles: { env: { channels: { laptop: { type: 'ntfy' } } } } }),
    )
    const settings = await sourceSettings({ relayUrl: 'wss://relay.test' }, context)
    const requirements = { account: true, retryRefusedKey: true, candlesAndHistory: true, equity: false }
    const watched = await openWatched(settings, requirements, context, { command: 'axisor watch' })
    watched.source.feed.start(event => watched.store.dispatch(event))
    return { ...watched, endpoint }
  }

  /** Time goes on while something closes. */
  async function settled(work: Promise<void>): Promise<void> {
    let isDone = false
    void work.finally(() => {
      isDone = true
    })
    for (let i = 0; i < 1_000 && !isDone; i += 1) await clock.advance(10)
    await work
  }

  return {
    world,
    start,
    chain,
    client,
    async replaceKey(key) {
      const { exchange, crypto, relayStore } = world
      const account = await relayStore.account('u-alice')
      const keys = await masterKeysOf(world, opened)
      if (account === null || keys === null) throw new Error('no account')
      const plain = key === 'reader' ? exchange.credentials : exchange.writeCredentials
      const place = { ...account, updatedAt: clock.nowMs() }
      await relayStore.putAccount(sealAccount(crypto, keys, place, credentialsOf(plain)))
    },
    edit: async (edit, userId = 'u-alice') => {
      await settingsBookOf(opened, world).edit(userId, edit, author)
    },
    knob(command) {
      const reply = world.exchange.control(JSON.stringify(command))
      if (reply.status !== 200) throw new Error(reply.body)
    },
    sent: () =>
      notifier.sent.map(({ channel, message }) => `${channel.name} ${message.event} ${message.level}`),
    async until(condition, timeoutMs = 60_000) {
      const endsAt = clock.nowMs() + timeoutMs
      while (!condition()) {
        if (clock.nowMs() > endsAt) throw new Error(`not so within ${timeoutMs} ms`)
        await clock.advance(100)
      }
    },
  }
}
