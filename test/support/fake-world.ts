import { createHmac } from 'node:crypto'
import { COMMANDS } from '../../src/commands/definitions.ts'
import { run } from '../../src/commands/run.ts'
import { AxisorError, type ExitCode } from '../../src/domain/error.ts'
import type { ProxyRules } from '../../src/domain/proxy.ts'
import { openCrypto } from '../../src/node/crypto.ts'
import { deflateMessage } from '../../src/node/net/deflate.ts'
import { openRedactor } from '../../src/node/redactor.ts'
import type { FoundFile } from '../../src/ports/files.ts'
import type { Hmac } from '../../src/ports/hmac.ts'
import type { RelayStore } from '../../src/ports/relay-store.ts'
import type { WritableStoreKind } from '../../src/ports/secrets.ts'
import type { ServiceManager } from '../../src/ports/service-manager.ts'
import type { SignalName } from '../../src/ports/signals.ts'
import type { Net, World } from '../../src/ports/world.ts'
import { openMemoryRelayStore } from '../../src/relay/auth/memory-store.ts'
import { type Exchange, type ExchangeOptions, openExchange } from '../../src/simulator/exchange.ts'
import { openMemoryTransport } from '../../src/simulator/memory-transport.ts'
import { type FakeClock, openFakeClock } from './fake-clock.ts'
import { fakeFiles } from './fake-files.ts'
import { type FakeNotifier, openFakeNotifier } from './fake-notifier.ts'
import { fakeStream } from './fake-stream.ts'
import { hexCounter } from './hex-counter.ts'
import { openMemoryBroker } from './memory-broker.ts'
import { memoryLedgerWorker } from './memory-ledger-worker.ts'
import { memoryLedgers } from './memory-ledgers.ts'
import { type OutboxOptions, outboxPorts } from './memory-outboxes.ts'
import { type MemorySecrets, openMemorySecrets } from './memory-secrets.ts'
import { backupsOf, openedAs } from './opened-store.ts'
import { rememberedUnit } from './remembered-unit.ts'

// Loading a module takes real time, in which fake time must not run: all that commands load late is loaded now.
await Promise.all([
  ...COMMANDS.map(command => command.load()),
  import('../../src/commands/watch/json.ts'),
  import('../../src/commands/watch/plain.ts'),
  import('../../src/commands/watch/screen.ts'),
  import('../../src/feed/relay/relay.ts'),
  import('../../src/feed/relay/relay-documents.ts'),
  import('../../src/wire/alerts/alerts-file.ts'),
  import('../../src/wire/alerts/channels-file.ts'),
  import('../../src/wire/snapshot-fields.ts'),
])

/** Turns of the event loop until modules that are loaded already have been handed out. */
const HANDING_OUT = 20
const hmac: Hmac = (secret, text) => createHmac('sha256', secret).update(text, 'utf8').digest('base64')

export interface FakeWorldOptions extends OutboxOptions {
  /** stdin and stdout are a terminal of 80 columns, or of so many; false (default): pipes. */
  readonly terminal?: boolean | number
  /** In place of the exchange's read-only key; an undefined value takes one of its variables away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly files?: Readonly<Record<string, FoundFile | AxisorError>>
  /** What can be read from descriptors that are open. */
  readonly descriptors?: Readonly<Record<number, string>>
  readonly exchange?: Partial<ExchangeOptions>
  /** Replaces the stores of secrets in memory. */
  readonly openSecrets?: World['openSecrets']
  /** Wraps or replaces the network clients, for example to change replies of the exchange. */
  readonly net?: (net: Net, exchange: Exchange) => Net
  /** stderr is the journal of systemd. */
  readonly journal?: boolean
  /** All keys typed at the first prompt; an empty text: none is typed; null: no terminal. */
  readonly typedKeys?: string | null
  /** How many texts are read from stdout before the reader leaves. */
  readonly readsUpTo?: number
  /** In place of a counter that begins at zero with each world. */
  readonly hex?: World['random']['hex']
  /** In place of a relay's store in memory, which lives as long as this world. */
  readonly openRelayStore?: World['openRelayStore']
  /** The service manager that started the program. Default: none. */
  readonly serviceManager?: ServiceManager
  readonly serveStatus?: World['serveStatus']
  /** An earlier run has remembered the unit of the account's synthetic dollars. Default: true. */
  readonly knowsUnit?: boolean
  /** Our clock is ahead of the exchange's by so much. */
  readonly clockAheadMs?: number
}

/** A world in which nothing is real, and what a test may do to it and see of it. */
export interface FakeWorld extends World {
  readonly clock: FakeClock
  readonly exchange: Exchange
  /** The stores that commands open, empty and ready at first. */
  readonly secrets: Readonly<Record<WritableStoreKind, MemorySecrets>>
  /** What `openRelayStore` opens; commands that close it don't end it. */
  readonly relayStore: RelayStore
  /** What `openNotifier` opens. */
  readonly notifier: FakeNotifier
  /** The rules of each `openNet`. */
  readonly proxies: readonly ProxyRules[]
  /** All that was written so far. */
  readonly out: () => string
  readonly err: () => string
  /** One text per call of `print`. */
  readonly printed: readonly string[]
  signal(name: SignalName): void
  /** Types on, if the keyboard is taken. */
  type(text: string): void
  /** Text written to the keyboard terminal. */
  readonly prompted: () => string
  /** A file as it is now. */
  file(path: string): string | null
  /** Number of signal listeners and crash handlers: 0 proves that a command removed all of them. */
  listeners(): number
  /** Runs a command to its end, moving time on. */
  run(...argv: string[]): Promise<ExitCode>
  /** Starts a command without waiting for its end. */
  start(...argv: string[]): Promise<Running>
}

interface Running {
  /** Null while it runs. */
  code(): ExitCode | null
  /** Moves time on until it has ended; throws what it throws. */
  ended(): Promise<ExitCode>
}

/** A fake world around a simulated exchange, both on one fake clock. */
export function openFakeWorld(options: FakeWorldOptions = {}): FakeWorld {
  const { clockAheadMs = 0, terminal = false, readsUpTo = Number.POSITIVE_INFINITY } = options
  const clock = openFakeClock()
  const exchangeClock = { ...clock, nowMs: () => clock.nowMs() - clockAheadMs }
  const exchange = openExchange({ clock: exchangeClock, hmac, ...options.exchange })
  const { key, secret, passphrase } = exchange.credentials
  const env = {
    HOME: '/home/trader',
    AXISOR_API_KEY: key,
    AXISOR_API_SECRET: secret,
    AXISOR_API_PASSPHRASE: passphrase,
    ...options.env,
  }
  const columns = typeof terminal === 'number' ? terminal : 80
  const unit = options.knowsUnit === false ? [] : [rememberedUnit(env.HOME ?? '', key)]
  const files = new Map([...unit, ...Object.entries(options.files ?? {})])
  const secrets = { keychain: openMemorySecrets('keychain'), vault: openMemorySecrets('vault') }
  const printed: string[] = []
  const complaints: string[] = []
  const heard = new Map<SignalName, Set<() => void>>()
  const relayStore = openMemoryRelayStore()
  const notifier = openFakeNotifier()
  const proxies: ProxyRules[] = []
  const crashes = new Set<() => void>()
  const prompted: string[] = []
  let { typedKeys: typedAhead = terminal === false ? null : '' } = options
  const keyboards = new Set<(keys: string | null) => void>()
  const redactor = openRedactor(env)
  const stdout = fakeStream(terminal !== false, columns)
  // What the dashboard writes goes to the stream itself.
  let drawn = ''
  stdout.on('data', (chunk: Buffer) => {
    drawn += chunk.toString('utf8')
  })

  const world: World = {
    version: '1.2.3',
    invocation: 'axisor',
    env,
    clock,
    random: { float: () => 0.5, hex: options.hex ?? hexCounter() },
    hmac,
    crypto: openCrypto(),
    files: fakeFiles(files, options.descriptors ?? {}),
    terminal: {
      stdin: fakeStream(terminal !== false, columns) as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: fakeStream(terminal !== false, columns) as unknown as NodeJS.WriteStream,
      isJournal: options.journal === true,
      async print(text) {
        if (printed.length >= readsUpTo) return false
        printed.push(text)
        return true
      },
      async printError(text) {
        complaints.push(redactor.redact(text))
      },
      openKeyboard(heard) {
        const keys = typedAhead
        if (keys === null) return null
        typedAhead = ''
        keyboards.add(heard)
        if (keys !== '') queueMicrotask(() => heard(keys))
        return {
          write: text => void prompted.push(text),
          close: () => void keyboards.delete(heard),
        }
      },
    },
    signals: {
      on(name, listener) {
        const listeners = heard.get(name) ?? new Set()
        heard.set(name, listeners.add(listener))
        return () => listeners.delete(listener)
      },
      suspend() {},
    },
    deflateMessage,
    yieldToEventLoop: then => void clock.after(0, then),
    localOffsetMinutes: () => -180,
    async openNet(rules) {
      proxies.push(rules)
      const net = openMemoryTransport(exchange, clock)
      return options.net?.(net, exchange) ?? net
    },
    openSecrets: options.openSecrets ?? (async kind => secrets[kind]),
    async serveExchange(served, port) {
      const base = `127.0.0.1:${port === 0 ? 40_000 : port}`
      return {
        apiUrl: `http://${base}/v3`,
        streamUrl: `ws://${base}/v1`,
        controlUrl: `http://${base}/control`,
        credentials: served.credentials,
        writeCredentials: served.writeCredentials,
        close: async () => served.close(),
      }
    },
    addRedaction: secret => redactor.add(secret.reveal()),
    redact: redactor.redact,
    openRelayStore: async (database, use) => options.openRelayStore?.(database, use) ?? openedAs(relayStore),
    openRelayBackups: async () => backupsOf(relayStore),
    openNotifier: notifier.open,
    processId: 4711,
    openProcesses: async () => ({ self: null, hasEnded: () => false }),
    hostName: 'desk',
    openServiceManager: async () => options.serviceManager ?? null,
    serveStatus: options.serveStatus ?? (async () => ({ port: 1, close: async () => {} })),
    ...outboxPorts(options),
    ...memoryLedgers(),
    ...memoryLedgerWorker(clock),
    openBroker: async () => openMemoryBroker(clock),
    onCrash(undo) {
      crashes.add(undo)
      return () => crashes.delete(undo)
    },
  }

  async function start(...argv: string[]): Promise<Running> {
    let outcome: { readonly code: ExitCode } | { readonly error: unknown } | null = null
    run(argv, world).then(
      code => {
        outcome = { code }
      },
      (error: unknown) => {
        outcome = { error }
      },
    )
    const code = (): ExitCode | null => {
      if (outcome !== null && 'error' in outcome) throw outcome.error
      return outcome?.code ?? null
    }
    for (let i = 0; i < HANDING_OUT; i += 1) await clock.settle()
    return {
      code,
      async ended() {
        for (let i = 0; i < 2_000; i += 1) {
          const known = code()
          if (known !== null) return known
          await clock.advance(100)
        }
        throw new Error(`axisor ${argv.join(' ')} did not end within 200 s`)
      },
    }
  }

  return {
    ...world,
    clock,
    exchange,
    secrets,
    relayStore,
    notifier,
    proxies,
    printed,
    out: () => printed.join('') + drawn,
    err: () => complaints.join(''),
    signal(name) {
      for (const listener of [...(heard.get(name) ?? [])]) listener()
    },
    type(text) {
      for (const heard of [...keyboards]) heard(text)
    },
    prompted: () => prompted.join(''),
    file: path => {
      const found = files.get(path) ?? null
      return found instanceof AxisorError ? null : (found?.text ?? null)
    },
    listeners: () =>
      [...heard.values()].reduce((sum, each) => sum + each.size, crashes.size + keyboards.size),
    run: async (...argv) => (await start(...argv)).ended(),
    start,
  }
}
