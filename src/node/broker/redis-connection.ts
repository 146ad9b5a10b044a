import { Redis } from 'ioredis'
import { AxisorError } from '../../domain/error.ts'
import type { BrokerAddress } from '../../ports/broker.ts'
import { networkError } from '../net/network-error.ts'
import { type RedisScript, SCRIPTS } from './scripts.ts'

/** Nothing takes longer; an engine that is slower than this is not there. */
const ANSWER_MS = 800

const PING_EVERY_MS = 400

const OUT_OF_MEMORY_HINT =
  'Set maxmemory-policy noeviction: an engine that drops keys would give one account to two relays.'

/** Two connections to one run of an engine: one for commands, one that listens. When either fails, both end, and never come back. */
export class RedisConnection {
  readonly #commands: Redis
  readonly #listening: Redis
  readonly #where: string
  readonly #ended: (link: RedisConnection) => void
  #pinging: NodeJS.Timeout | null = null
  #over = false
  #why: unknown = null
  /** Names this run of the engine: another one may have forgotten everything. */
  run = ''

  constructor(
    address: BrokerAddress,
    heard: (channel: string, text: string) => void,
    ended: (link: RedisConnection) => void,
  ) {
    this.#where = `${address.host}:${address.port}`
    this.#ended = ended
    this.#commands = clientOf(address)
    this.#listening = clientOf(address)
    for (const client of [this.#commands, this.#listening]) {
      // A command that fails with its connection does not say why; this does, and comes first.
      client.on('error', error => {
        this.#why ??= error
      })
      client.on('close', () => this.end())
    }
    this.#listening.on('message', heard)
  }

  /**
   * Connects, and makes ready what is asked for later.
   * @throws AxisorError unavailable or tls; config, when the engine refuses the password or may drop keys
   */
  async open(channels: readonly string[]): Promise<void> {
    try {
      await withinTime(this.#greet(channels))
    } catch (error) {
      this.end()
      throw error instanceof AxisorError ? error : this.#failure(error)
    }
    if (this.#over) throw this.#failure(null)
    this.#pinging = setInterval(() => this.#ping(), PING_EVERY_MS)
    this.#pinging.unref()
  }

  async #greet(channels: readonly string[]): Promise<void> {
    await Promise.all([this.#commands.connect(), this.#listening.connect()])
    const info = await this.#commands.info('everything')
    this.run = /^run_id:(\S+)/m.exec(info)?.[1] ?? ''
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? ''
    if (policy.startsWith('allkeys') || policy.startsWith('volatile'))
      throw new AxisorError(
        'config',
        `the broker ${this.#where} may drop keys (maxmemory-policy ${policy})`,
        {
          hint: OUT_OF_MEMORY_HINT,
        },
      )
    if (this.run === '')
      throw new AxisorError(
        'config',
        `the broker ${this.#where} does not say which run of it this is (run_id)`,
        {
          hint: 'Use Redis or Valkey itself, without a proxy that rewrites INFO.',
        },
      )
    await Promise.all(Object.values(SCRIPTS).map(({ lua }) => this.#commands.script('LOAD', lua)))
    if (channels.length > 0) await this.#listening.subscribe(...channels)
  }

  #ping(): void {
    for (const client of [this.#commands, this.#listening]) client.ping().catch(() => this.end())
  }

  #failure(cause: unknown): AxisorError {
    const text = [this.#why, cause].map(error => (error instanceof Error ? error.message : '')).join('\n')
    if (/WRONGPASS|NOAUTH|NOPERM/.test(text))
      return new AxisorError('config', `the broker ${this.#where} refuses the user or password`, {
        hint: 'Set AXISOR_RELAY_CLUSTER to redis://user:password@host:port, as the engine knows them.',
      })
    const known = networkError(this.#why, this.#where)
    if (known.code === 'tls')
      return new AxisorError('tls', known.message, {
        hint: 'Check that the broker has TLS on that port; name the file of its own CA in NODE_EXTRA_CA_CERTS.',
        cause,
      })
    return new AxisorError('unavailable', `the broker ${this.#where} does not answer`, {
      hint: 'Check that it runs and that this machine can reach it.',
      cause,
    })
  }

  /** Runs a script; any failure ends the link, because nobody knows then what was done. */
  async command(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    if (this.#over) throw this.#failure(null)
    try {
      return await this.#commands.evalsha(script.sha, keys.length, ...keys, ...args)
    } catch (error) {
      this.end()
      throw this.#failure(error)
    }
  }

  async publish(channel: string, text: string): Promise<void> {
    if (this.#over) throw this.#failure(null)
    try {
      await this.#commands.publish(channel, text)
    } catch (error) {
      this.end()
      throw this.#failure(error)
    }
  }

  async subscribe(channel: string): Promise<void> {
    await this.#listening.subscribe(channel).catch(() => this.end())
  }

  unsubscribe(channel: string): void {
    this.#listening.unsubscribe(channel).catch(() => this.end())
  }

  end(): void {
    if (this.#over) return
    this.#over = true
    if (this.#pinging !== null) clearInterval(this.#pinging)
    this.#commands.disconnect()
    this.#listening.disconnect()
    this.#ended(this)
  }
}

function clientOf({ host, port, tls, username, password, db }: BrokerAddress): Redis {
  return new Redis({
    host,
    port,
    db,
    lazyConnect: true,
    enableOfflineQueue: false,
    // A link that is lost is replaced as a whole; nothing is ever sent a second time.
    retryStrategy: null,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    commandTimeout: ANSWER_MS,
    connectTimeout: ANSWER_MS,
    connectionName: 'axisor-relay',
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password: password.reveal() }),
    ...(tls ? { tls: { servername: host } } : {}),
  })
}

function withinTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer in time')), 2 * ANSWER_MS)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
