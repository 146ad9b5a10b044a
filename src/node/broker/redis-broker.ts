import { AxisorError } from '../../domain/error.ts'
import type {
  Broker,
  BrokerAddress,
  Frame,
  FrameKind,
  LeaseRead,
  LeaseRecord,
  LeaseResult,
  PublishResult,
} from '../../ports/broker.ts'
import type { Cancel } from '../../ports/clock.ts'
import { RedisConnection } from './redis-connection.ts'
import { type RedisScript, SCRIPTS } from './scripts.ts'

/** How long after a lost link the next try begins. */
const RECONNECT_MS = 50

type Heard = (text: string) => void

/** Redis (or Valkey) between the relays of a cluster. `space` comes before every key and channel. */
class RedisBroker implements Broker {
  readonly #address: BrokerAddress
  readonly #space: string
  #link: RedisConnection | null = null
  #reconnectTimer: NodeJS.Timeout | null = null
  #closed = false
  readonly #links = new Set<(isUp: boolean) => void>()
  readonly #channels = new Map<string, Set<Heard>>()

  constructor(address: BrokerAddress, space: string) {
    this.#address = address
    this.#space = space
  }

  /** @throws AxisorError as RedisLink.open */
  async dial(): Promise<void> {
    const link = new RedisConnection(
      this.#address,
      (channel, text) => this.#onMessage(channel, text),
      () => this.#lost(link),
    )
    const channels = [...this.#channels.keys()]
    await link.open(channels)
    if (this.#closed) return link.end()
    this.#link = link
    // Those that were asked for, or given up, while it opened.
    for (const channel of this.#channels.keys()) if (!channels.includes(channel)) void link.subscribe(channel)
    this.#notify(true)
  }

  #lost(link: RedisConnection): void {
    if (this.#link === link) {
      this.#link = null
      this.#notify(false)
    }
    this.#scheduleReconnect()
  }

  #scheduleReconnect(): void {
    if (this.#closed || this.#link !== null || this.#reconnectTimer !== null) return
    this.#reconnectTimer = setTimeout(() => {
      this.#reconnectTimer = null
      this.dial().catch((error: unknown) => {
        if (!(error instanceof AxisorError)) throw error
        this.#scheduleReconnect()
      })
    }, RECONNECT_MS)
  }

  #notify(isUp: boolean): void {
    for (const heard of [...this.#links]) heard(isUp)
  }

  #onMessage(channel: string, text: string): void {
    for (const heard of [...(this.#channels.get(channel) ?? [])]) heard(text)
  }

  #name(account: string, part: string): string {
    return `${this.#space}:${account}:${part}`
  }

  async #ask(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    if (this.#link === null) throw new AxisorError('unavailable', 'the broker does not answer')
    return this.#link.command(script, keys, args)
  }

  async #lease(
    script: RedisScript,
    account: string,
    args: readonly (string | number)[],
  ): Promise<readonly unknown[]> {
    const keys = [this.#name(account, 'record'), `${this.#space}:mark`]
    return (await this.#ask(script, keys, [this.#link?.run ?? '', ...args])) as unknown[]
  }

  isUp(): boolean {
    return this.#link !== null
  }

  onLink(heard: (isUp: boolean) => void): Cancel {
    this.#links.add(heard)
    return () => this.#links.delete(heard)
  }

  async readLease(account: string): Promise<LeaseRead> {
    return leaseReadOf(await this.#lease(SCRIPTS.look, account, []))
  }

  async acquire(
    account: string,
    { owner, expected, floor, settle }: Parameters<Broker['acquire']>[1],
  ): Promise<LeaseResult> {
    const { owner: whose = '', fence = 0, renewals = 0 } = expected ?? {}
    const isExpected = expected === null ? 0 : 1
    const args = [owner, isExpected, whose, fence, renewals, floor, settle ? 1 : 0]
    return leaseResultOf(await this.#lease(SCRIPTS.take, account, [this.#name(account, 'lease'), ...args]))
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
    { kind, to, text }: Pick<Frame, 'kind' | 'to' | 'text'>,
  ): Promise<PublishResult> {
    const keys = ['record', 'kept', 'log'].map(part => this.#name(account, part))
    const args = [owner, fence, kind, to, text, this.#name(account, 'frames')]
    const reply = await this.#ask(SCRIPTS.publish, keys, args)
    if (reply === 1) return 'published'
    return reply === 0 ? 'not-owner' : 'no-snapshot'
  }

  async read(account: string): ReturnType<Broker['read']> {
    const keys = ['kept', 'log'].map(part => this.#name(account, part))
    const [fence, number, hello, ...texts] = (await this.#ask(SCRIPTS.read, keys, [])) as string[]
    if (typeof fence !== 'string') return null
    return { fence: Number(fence), number: Number(number), hello: hello ?? '', texts }
  }

  async request(account: string, text: string): Promise<void> {
    if (this.#link === null) throw new AxisorError('unavailable', 'the broker does not answer')
    await this.#link.publish(this.#name(account, 'asks'), text)
  }

  onLease(account: string, heard: (record: LeaseRecord) => void): Promise<Cancel> {
    return this.#listen(this.#name(account, 'lease'), text => {
      const [owner = '', fence, renewals] = text.split(' ')
      heard({ owner, fence: Number(fence), renewals: Number(renewals) })
    })
  }

  onFrame(account: string, heard: (frame: Frame) => void): Promise<Cancel> {
    return this.#listen(this.#name(account, 'frames'), message => {
      const end = message.indexOf('\n')
      const [kind, fence, number, to = ''] = message.slice(0, end).split(' ')
      const text = message.slice(end + 1)
      heard({ kind: kind as FrameKind, fence: Number(fence), number: Number(number), to, text })
    })
  }

  onRequest(account: string, heard: (text: string) => void): Promise<Cancel> {
    return this.#listen(this.#name(account, 'asks'), heard)
  }

  async #listen(channel: string, heard: Heard): Promise<Cancel> {
    const known = this.#channels.get(channel)
    // The same function may listen twice.
    const each: Heard = text => heard(text)
    if (known === undefined) this.#channels.set(channel, new Set([each]))
    else known.add(each)
    if (known === undefined) await this.#link?.subscribe(channel)
    return () => {
      const all = this.#channels.get(channel)
      if (all === undefined || !all.delete(each) || all.size > 0) return
      this.#channels.delete(channel)
      this.#link?.unsubscribe(channel)
    }
  }

  async consume(allowance: string, { count, windowMs }: Parameters<Broker['consume']>[1]): Promise<number> {
    return Number(await this.#ask(SCRIPTS.spend, [`${this.#space}:spent:${allowance}`], [count, windowMs]))
  }

  close(): void {
    this.#closed = true
    this.#links.clear()
    if (this.#reconnectTimer !== null) clearTimeout(this.#reconnectTimer)
    this.#link?.end()
  }
}

function leaseReadOf([owner, fence, renewals, settled]: readonly unknown[]): LeaseRead {
  const record =
    typeof owner === 'string' ? { owner, fence: Number(fence), renewals: Number(renewals) } : null
  return { record, authoritative: settled === 1 }
}

function leaseResultOf([isHeld, ...rest]: readonly unknown[]): LeaseResult {
  const seen = leaseReadOf(rest)
  return isHeld === 1 && seen.record !== null ? { ok: true, record: seen.record } : { ok: false, read: seen }
}

/**
 * Connects, and keeps connected until it is closed.
 * @throws AxisorError unavailable, when it can't be reached now; config, when it refuses the password or may drop keys
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
