import type {
  AcquireRequest,
  BrokerFrame,
  LeaseRead,
  LeaseRecord,
  LeaseResult,
  PublishResult,
  RateLimitWindow,
  Retained,
} from '../../src/ports/broker.ts'

interface AccountRecord {
  record: LeaseRecord | null
  /** The fence of the retained snapshot; null if there is none. */
  fence: number | null
  number: number
  hello: string
  texts: string[]
}

/** Callbacks of a subscriber. */
export interface EngineListener {
  lease(account: string, record: LeaseRecord): void
  frame(account: string, frame: BrokerFrame): void
  request(account: string, text: string): void
}

/** A broker without a network: the operations that Redis executes, synchronous and in memory. */
export class BrokerEngine {
  readonly #accounts = new Map<string, AccountRecord>()
  readonly #consumed = new Map<string, number[]>()
  readonly listeners = new Set<EngineListener>()
  /** The current run; a mark of another run makes lease records not authoritative. */
  #run = 1
  #mark = 0

  #recordsOf(account: string): AccountRecord {
    const entry = this.#accounts.get(account)
    if (entry !== undefined) return entry
    const fresh: AccountRecord = { record: null, fence: null, number: 0, hello: '', texts: [] }
    this.#accounts.set(account, fresh)
    return fresh
  }

  #put(account: string, record: LeaseRecord): LeaseRecord {
    this.#recordsOf(account).record = record
    for (const each of [...this.listeners]) each.lease(account, record)
    return record
  }

  readLease(account: string): LeaseRead {
    return { record: this.#recordsOf(account).record, authoritative: this.#mark === this.#run }
  }

  acquire(account: string, { owner, expected, floor, settle }: AcquireRequest): LeaseResult {
    const { record } = this.#recordsOf(account)
    const isSame = JSON.stringify(record) === JSON.stringify(expected)
    if (!isSame) return { ok: false, read: this.readLease(account) }
    if (settle) this.#mark = this.#run
    const fence = Math.max(record?.fence ?? 0, floor) + 1
    return { ok: true, record: this.#put(account, { owner, fence, renewals: 0 }) }
  }

  renew(account: string, held: LeaseRecord): LeaseResult {
    const { record } = this.#recordsOf(account)
    if (record !== null && !isHolder(record, held)) return { ok: false, read: this.readLease(account) }
    const renewals = (record?.renewals ?? held.renewals) + 1
    return { ok: true, record: this.#put(account, { ...held, renewals }) }
  }

  release(account: string, held: LeaseRecord): void {
    const { record } = this.#recordsOf(account)
    if (record !== null && isHolder(record, held)) this.#put(account, { ...record, owner: '' })
  }

  publish(
    account: string,
    held: LeaseRecord,
    { kind, to, text }: Pick<BrokerFrame, 'kind' | 'to' | 'text'>,
  ): PublishResult {
    const entry = this.#recordsOf(account)
    if (entry.record === null || !isHolder(entry.record, held)) return 'not-owner'
    if (kind === 'delta' && entry.fence !== held.fence) return 'no-snapshot'
    if (kind !== 'transient') entry.number += 1
    if (kind === 'hello') entry.hello = text
    if (kind === 'delta') entry.texts.push(text)
    if (kind === 'snapshot') {
      entry.fence = held.fence
      entry.texts = [text]
    }
    const frame = { kind, fence: held.fence, number: entry.number, to, text }
    for (const each of [...this.listeners]) each.frame(account, frame)
    return 'published'
  }

  read(account: string): Retained | null {
    const { fence, number, hello, texts } = this.#recordsOf(account)
    return fence === null ? null : { fence, number, hello, texts: [...texts] }
  }

  request(account: string, text: string): void {
    for (const each of [...this.listeners]) each.request(account, text)
  }

  consume(name: string, { count, windowMs }: RateLimitWindow, nowMs: number): number {
    const times = (this.#consumed.get(name) ?? []).map(at => Math.min(at, nowMs))
    const oldest = times.at(-count)
    if (oldest !== undefined && oldest + windowMs > nowMs) return oldest + windowMs - nowMs
    this.#consumed.set(name, [...times, nowMs].slice(-count))
    return 0
  }

  /** Simulates a restart without a disk: loses all data. */
  forget(): void {
    this.#run += 1
    this.#accounts.clear()
    this.#consumed.clear()
  }

  /** Returns a function that restores the current data, as a restart with a disk may. */
  backup(): () => void {
    const entries = structuredClone([...this.#accounts])
    const mark = this.#mark
    return () => {
      this.forget()
      this.#mark = mark
      for (const [account, entry] of structuredClone(entries)) this.#accounts.set(account, entry)
    }
  }
}

function isHolder(record: LeaseRecord, held: LeaseRecord): boolean {
  return record.owner === held.owner && record.fence === held.fence
}
