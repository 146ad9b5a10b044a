import type {
  AcquireRequest,
  Frame,
  LeaseRead,
  LeaseRecord,
  LeaseResult,
  PublishResult,
  RateLimitWindow,
  Retained,
} from '../../src/ports/broker.ts'

interface Shelf {
  record: LeaseRecord | null
  /** Of the owner whose snapshot is kept; null: none is. */
  fence: number | null
  number: number
  hello: string
  texts: string[]
}

/** What listeners of an engine are told. */
export interface EngineEars {
  lease(account: string, record: LeaseRecord): void
  frame(account: string, frame: Frame): void
  ask(account: string, text: string): void
}

/** A broker without a network: what Redis does for us, in the words of its laws. Everything happens at once. */
export class BrokerEngine {
  readonly #shelves = new Map<string, Shelf>()
  readonly #spent = new Map<string, number[]>()
  readonly ears = new Set<EngineEars>()
  /** Of this run: a mark of another run, or none, vouches for nothing. */
  #run = 1
  #mark = 0

  #shelf(account: string): Shelf {
    const shelf = this.#shelves.get(account)
    if (shelf !== undefined) return shelf
    const fresh: Shelf = { record: null, fence: null, number: 0, hello: '', texts: [] }
    this.#shelves.set(account, fresh)
    return fresh
  }

  #put(account: string, record: LeaseRecord): LeaseRecord {
    this.#shelf(account).record = record
    for (const each of [...this.ears]) each.lease(account, record)
    return record
  }

  look(account: string): LeaseRead {
    return { record: this.#shelf(account).record, authoritative: this.#mark === this.#run }
  }

  take(account: string, { owner, expected, floor, settle }: AcquireRequest): LeaseResult {
    const { record } = this.#shelf(account)
    const isSame = JSON.stringify(record) === JSON.stringify(expected)
    if (!isSame) return { ok: false, read: this.look(account) }
    if (settle) this.#mark = this.#run
    const fence = Math.max(record?.fence ?? 0, floor) + 1
    return { ok: true, record: this.#put(account, { owner, fence, renewals: 0 }) }
  }

  renew(account: string, held: LeaseRecord): LeaseResult {
    const { record } = this.#shelf(account)
    if (record !== null && !isHolder(record, held)) return { ok: false, read: this.look(account) }
    const beat = (record?.renewals ?? held.renewals) + 1
    return { ok: true, record: this.#put(account, { ...held, renewals: beat }) }
  }

  release(account: string, held: LeaseRecord): void {
    const { record } = this.#shelf(account)
    if (record !== null && isHolder(record, held)) this.#put(account, { ...record, owner: '' })
  }

  publish(
    account: string,
    held: LeaseRecord,
    { kind, to, text }: Pick<Frame, 'kind' | 'to' | 'text'>,
  ): PublishResult {
    const shelf = this.#shelf(account)
    if (shelf.record === null || !isHolder(shelf.record, held)) return 'not-owner'
    if (kind === 'delta' && shelf.fence !== held.fence) return 'no-snapshot'
    if (kind !== 'transient') shelf.number += 1
    if (kind === 'hello') shelf.hello = text
    if (kind === 'delta') shelf.texts.push(text)
    if (kind === 'snapshot') {
      shelf.fence = held.fence
      shelf.texts = [text]
    }
    const frame = { kind, fence: held.fence, number: shelf.number, to, text }
    for (const each of [...this.ears]) each.frame(account, frame)
    return 'published'
  }

  read(account: string): Retained | null {
    const { fence, number, hello, texts } = this.#shelf(account)
    return fence === null ? null : { fence, number, hello, texts: [...texts] }
  }

  ask(account: string, text: string): void {
    for (const each of [...this.ears]) each.ask(account, text)
  }

  spend(name: string, { count, windowMs }: RateLimitWindow, nowMs: number): number {
    const times = (this.#spent.get(name) ?? []).map(at => Math.min(at, nowMs))
    const oldest = times.at(-count)
    if (oldest !== undefined && oldest + windowMs > nowMs) return oldest + windowMs - nowMs
    this.#spent.set(name, [...times, nowMs].slice(-count))
    return 0
  }

  /** A restart without a disk: everything is forgotten. */
  forget(): void {
    this.#run += 1
    this.#shelves.clear()
    this.#spent.clear()
  }

  /** What a restart with a disk may come back with: everything as it was when this was called. */
  backup(): () => void {
    const shelves = structuredClone([...this.#shelves])
    const mark = this.#mark
    return () => {
      this.forget()
      this.#mark = mark
      for (const [account, shelf] of structuredClone(shelves)) this.#shelves.set(account, shelf)
    }
  }
}

function isHolder(record: LeaseRecord, held: LeaseRecord): boolean {
  return record.owner === held.owner && record.fence === held.fence
}
