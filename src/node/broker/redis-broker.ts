import { AxisorError } from '../../domain/error.ts'
import type {
  Broker,
  BrokerAddress,
  BrokerFrame,
  LeaseRead,
  LeaseRecord,
  LeaseResult,
  PublishResult,
} from '../../ports/broker.ts'
import type { Cancel } from '../../ports/clock.ts'
import { brokerFrameOf, leaseRecordOf } from './channel-messages.ts'
import { RedisConnection } from './redis-connection.ts'
import { type RedisScript, SCRIPTS } from './scripts.ts'

/** Delay between a lost connection and the next attempt. */
const RECONNECT_MS = 50

type TextListener = (text: string) => void

/** Redis (or Valkey) shared by the relays of a cluster. Every key and channel starts with `space`. */
class RedisBroker implements Broker {
  readonly #address: BrokerAddress
  readonly #space: string
  #connection: RedisConnection | null = null
  #reconnectTimer: NodeJS.Timeout | null = null
  #closed = false
  readonly #linkListeners = new Set<(isUp: boolean) => void>()
  readonly #channels = new Map<string, Set<TextListener>>()

  constructor(address: BrokerAddress, space: string) {
    this.#address = address
    this.#space = space
  }

  /** Connects once. @throws AxisorError as `RedisConnection.open` */
  async dial(): Promise<void> {
    const connection = new RedisConnection(
      this.#address,
      (channel, text) => this.#onMessage(channel, text),
      () => this.#onDisconnect(connection),
    )
    const channels = [...this.#channels.keys()]
    await connection.open(channels)
    if (this.#closed) return connection.end()
    this.#connection = connection
    // Channels added while the connection was opening.
    for (const channel of this.#channels.keys())
      if (!channels.includes(channel)) void connection.subscribe(channel)
    this.#notify(true)
  }

  #onDisconnect(connection: RedisConnection): void {
    if (this.#connection === connection) {
      this.#connection = null
      this.#notify(false)
    }
    this.#scheduleReconnect()
  }

  #scheduleReconnect(): void {
    if (this.#closed || this.#connection !== null || this.#reconnectTimer !== null) return
    this.#reconnectTimer = setTimeout(() => {
      this.#reconnectTimer = null
      this.dial().catch((error: unknown) => {
        if (!(error instanceof AxisorError)) throw error
        this.#scheduleReconnect()
      })
    }, RECONNECT_MS)
  }

  #notify(isUp: boolean): void {
    for (const listener of [...this.#linkListeners]) listener(isUp)
  }

  #onMessage(channel: string, text: string): void {
    for (const listener of [...(this.#channels.get(channel) ?? [])]) listener(text)
  }

  #name(account: string, part: string): string {
    return `${this.#space}:${account}:${part}`
  }

  async #run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    if (this.#connection === null) throw new AxisorError('unavailable', 'the broker is not responding')
    return this.#connection.command(script, keys, args)
  }

  async #lease(
    script: RedisScript,
    account: string,
    args: readonly (string | number)[],
  ): Promise<readonly unknown[]> {
    const keys = [this.#name(account, 'record'), `${this.#space}:mark`]
    return (await this.#run(script, keys, [this.#connection?.runId ?? '', ...args])) as unknown[]
  }

  isUp(): boolean {
    return this.#connection !== null
  }

  onLink(listener: (isUp: boolean) => void): Cancel {
    this.#linkListeners.add(listener)
    return () => this.#linkListeners.delete(listener)
  }

  async readLease(account: string): Promise<LeaseRead> {
    return leaseReadOf(await this.#lease(SCRIPTS.readLease, account, []))
  }

  async acquire(
    account: string,
    { owner, expected, floor, settle }: Parameters<Broker['acquire']>[1],
  ): Promise<LeaseResult> {
    const { owner: expectedOwner = '', fence = 0, renewals = 0 } = expected ?? {}
    const isExpected = expected === null ? 0 : 1
    const args = [owner, isExpected, expectedOwner, fence, renewals, floor, settle ? 1 : 0]
    return leaseResultOf(await this.#lease(SCRIPTS.acquire, account, [this.#name(account, 'lease'), ...args]))
  }

  async renew(account: string, { owner, fence, renewals }: LeaseRecord): Promise<LeaseResult> {
    return leaseResultOf(
      await this.#lease(SCRIPTS.renew, account, [this.#name(account, 'lease'), owner, fence, renewals]),
    )
  }

  async release(account: string, { owner, fence }: LeaseRecord): Promise<void> {
    await this.#lease(SCRIPTS.release, account, [this.#name(account, 'lease'), owner, fence])
  }

  async publish(
    account: string,
    { owner, fence }: LeaseRecord,
    { kind, to, text }: Pick<BrokerFrame, 'kind' | 'to' | 'text'>,
  ): Promise<PublishResult> {
    const keys = ['record', 'kept', 'log'].map(part => this.#name(account, part))
    const args = [owner, fence, kind, to, text, this.#name(account, 'frames')]
    const reply = await this.#run(SCRIPTS.publish, keys, args)
    if (reply === 1) return 'published'
    return reply === 0 ? 'not-owner' : 'no-snapshot'
  }

  async read(account: string): ReturnType<Broker['read']> {
    const keys = ['kept', 'log'].map(part => this.#name(account, part))
    const [fence, number, hello, ...texts] = (await this.#run(SCRIPTS.read, keys, [])) as string[]
    if (typeof fence !== 'string') return null
    return { fence: Number(fence), number: Number(number), hello: hello ?? '', texts }
  }

  async request(account: string, text: string): Promise<void> {
    if (this.#connection === null) throw new AxisorError('unavailable', 'the broker is not responding')
    await this.#connection.publish(this.#name(account, 'asks'), text)
  }

  onLease(account: string, listener: (record: LeaseRecord) => void): Promise<Cancel> {
    return this.#subscribe(this.#name(account, 'lease'), text => {
      const record = leaseRecordOf(text)
      if (record !== null) listener(record)
    })
  }

  onFrame(account: string, listener: (frame: BrokerFrame) => void): Promise<Cancel> {
    return this.#subscribe(this.#name(account, 'frames'), message => {
      const frame = brokerFrameOf(message)
      if (frame !== null) listener(frame)
    })
  }

  onRequest(account: string, listener: (text: string) => void): Promise<Cancel> {
    return this.#subscribe(this.#name(account, 'asks'), listener)
  }

  async #subscribe(channel: string, listener: TextListener): Promise<Cancel> {
    const listeners = this.#channels.get(channel)
    // The same function may be registered twice.
    const ownListener: TextListener = text => listener(text)
    if (listeners === undefined) this.#channels.set(channel, new Set([ownListener]))
    else listeners.add(ownListener)
    if (listeners === undefined) await this.#connection?.subscribe(channel)
    return () => {
      const all = this.#channels.get(channel)
      if (all === undefined || !all.delete(ownListener) || all.size > 0) return
      this.#channels.delete(channel)
      this.#connection?.unsubscribe(channel)
    }
  }

  async consume(allowance: string, { count, windowMs }: Parameters<Broker['consume']>[1]): Promise<number> {
    return Number(await this.#run(SCRIPTS.consume, [`${this.#space}:spent:${allowance}`], [count, windowMs]))
  }

  close(): void {
    this.#closed = true
    this.#linkListeners.clear()
    if (this.#reconnectTimer !== null) clearTimeout(this.#reconnectTimer)
    this.#connection?.end()
  }
}

function leaseReadOf([owner, fence, renewals, settled]: readonly unknown[]): LeaseRead {
  const record =
    typeof owner === 'string' ? { owner, fence: Number(fence), renewals: Number(renewals) } : null
  return { record, authoritative: settled === 1 }
}

function leaseResultOf([isHeld, ...rest]: readonly unknown[]): LeaseResult {
  const read = leaseReadOf(rest)
  return isHeld === 1 && read.record !== null ? { ok: true, record: read.record } : { ok: false, read }
}

/**
 * Connects to a broker and reconnects until it is closed.
 * @throws AxisorError `unavailable` if the broker is unreachable now; `config` if it rejects the password or may evict keys
 */
export async function openRedisBroker(address: BrokerAddress, space = 'axisor'): Promise<Broker> {
  const broker = new RedisBroker(address, space)
  try {
    await broker.dial()
  } catch (error) {
    broker.close()
    throw error
  }
  return broker
}
