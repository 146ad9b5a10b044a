import { isIP } from 'node:net'
import { Redis } from 'ioredis'
import { AxisorError } from '../../domain/error.ts'
import type { BrokerAddress } from '../../ports/broker.ts'
import { networkError } from '../net/network-error.ts'
import { VERIFIED_TLS } from '../net/verified-tls.ts'
import { type RedisScript, SCRIPTS } from './scripts.ts'

/** A broker that takes longer than this for a command counts as unreachable. */
const REPLY_TIMEOUT_MS = 800

const PING_INTERVAL_MS = 400

const EVICTION_HINT = 'Set maxmemory-policy noeviction: evicted keys would let two relays own one account.'

/** A command and a subscriber connection to one run of the broker. If either fails, both are closed for good. */
export class RedisConnection {
  readonly #commands: Redis
  readonly #subscriber: Redis
  readonly #endpoint: string
  readonly #onEnd: (link: RedisConnection) => void
  #pingTimer: NodeJS.Timeout | null = null
  #isEnded = false
  #socketError: unknown = null
  /** `run_id` of the broker: after a restart it may have lost all data. */
  runId = ''

  constructor(
    address: BrokerAddress,
    onMessage: (channel: string, text: string) => void,
    onEnd: (link: RedisConnection) => void,
  ) {
    this.#endpoint = `${address.host}:${address.port}`
    this.#onEnd = onEnd
    this.#commands = clientOf(address)
    this.#subscriber = clientOf(address)
    for (const client of [this.#commands, this.#subscriber]) {
      // The error of a failed command hides the cause; this event carries it and comes first.
      client.on('error', error => {
        this.#socketError ??= error
      })
      client.on('close', () => this.end())
    }
    this.#subscriber.on('message', onMessage)
  }

  /**
   * Connects, loads the scripts and subscribes to the channels.
   * @throws AxisorError `unavailable` or `tls`; `config` if the broker rejects the password or may evict keys
   */
  async open(channels: readonly string[]): Promise<void> {
    try {
      await withinTime(this.#handshake(channels))
    } catch (error) {
      this.end()
      throw error instanceof AxisorError ? error : this.#toError(error)
    }
    if (this.#isEnded) throw this.#toError(null)
    this.#pingTimer = setInterval(() => this.#ping(), PING_INTERVAL_MS)
    this.#pingTimer.unref()
  }

  async #handshake(channels: readonly string[]): Promise<void> {
    await Promise.all([this.#commands.connect(), this.#subscriber.connect()])
    const info = await this.#commands.info('everything')
    this.runId = /^run_id:(\S+)/m.exec(info)?.[1] ?? ''
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? ''
    if (policy.startsWith('allkeys') || policy.startsWith('volatile'))
      throw new AxisorError(
        'config',
        `the broker ${this.#endpoint} may evict keys (maxmemory-policy ${policy})`,
        {
          hint: EVICTION_HINT,
        },
      )
    if (this.runId === '')
      throw new AxisorError('config', `the broker ${this.#endpoint} does not report its run_id`, {
        hint: 'Connect to Redis or Valkey directly, without a proxy that rewrites INFO.',
      })
    await Promise.all(Object.values(SCRIPTS).map(({ lua }) => this.#commands.script('LOAD', lua)))
    if (channels.length > 0) await this.#subscriber.subscribe(...channels)
  }

  #ping(): void {
    for (const client of [this.#commands, this.#subscriber]) client.ping().catch(() => this.end())
  }

  #toError(cause: unknown): AxisorError {
    const text = [this.#socketError, cause]
      .map(error => (error instanceof Error ? error.message : ''))
      .join('\n')
    if (/WRONGPASS|NOAUTH|NOPERM/.test(text))
      return new AxisorError('config', `the broker ${this.#endpoint} rejected the user or password`, {
        hint: 'Set AXISOR_RELAY_CLUSTER to redis://user:password@host:port with valid credentials.',
      })
    const mapped = networkError(this.#socketError, this.#endpoint)
    if (mapped.code === 'tls')
      return new AxisorError('tls', mapped.message, {
        hint: 'Check that the broker uses TLS on that port; for a private CA set NODE_EXTRA_CA_CERTS to its file.',
        cause,
      })
    return new AxisorError('unavailable', `the broker ${this.#endpoint} is not responding`, {
      hint: 'Check that it is running and reachable from this machine.',
      cause,
    })
  }

  /** Runs a script. Any failure closes the connection, because the effect of the command is unknown. */
  async command(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    if (this.#isEnded) throw this.#toError(null)
    try {
      return await this.#commands.evalsha(script.sha, keys.length, ...keys, ...args)
    } catch (error) {
      this.end()
      throw this.#toError(error)
    }
  }

  async publish(channel: string, text: string): Promise<void> {
    if (this.#isEnded) throw this.#toError(null)
    try {
      await this.#commands.publish(channel, text)
    } catch (error) {
      this.end()
      throw this.#toError(error)
    }
  }

  async subscribe(channel: string): Promise<void> {
    await this.#subscriber.subscribe(channel).catch(() => this.end())
  }

  unsubscribe(channel: string): void {
    this.#subscriber.unsubscribe(channel).catch(() => this.end())
  }

  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    if (this.#pingTimer !== null) clearInterval(this.#pingTimer)
    this.#commands.disconnect()
    this.#subscriber.disconnect()
    this.#onEnd(this)
  }
}

function clientOf({ host, port, tls, username, password, db }: BrokerAddress): Redis {
  return new Redis({
    host,
    port,
    db,
    lazyConnect: true,
    enableOfflineQueue: false,
    // A lost connection is replaced as a whole; no command is ever sent twice.
    retryStrategy: null,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    commandTimeout: REPLY_TIMEOUT_MS,
    connectTimeout: REPLY_TIMEOUT_MS,
    connectionName: 'axisor-relay',
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password: password.reveal() }),
    ...(tls ? { tls: { ...(isIP(host) === 0 ? { servername: host } : {}), ...VERIFIED_TLS } } : {}),
  })
}

function withinTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no reply in time')), 2 * REPLY_TIMEOUT_MS)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
