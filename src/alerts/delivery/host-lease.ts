import { AxisorError } from '../../domain/error.ts'
import type { Cancel, Clock, Random } from '../../ports/clock.ts'
import type { HostLease, Outbox } from '../../ports/outbox.ts'
import type { Processes } from '../../ports/processes.ts'

/**
 * A lease lasts for four renewals; another host takes over when it ends, less than 10 s after the last one. If the process of the holder
 * has certainly ended, another host takes it with its next request.
 */
const TTL_MS = 8_000
const RENEW_MS = 2_000

const HOLDER_BYTES = 16

/** Between the random id of a holder and the identity of its process. */
const PROCESS_MARK = ' '

/** Which host delivers. */
export interface HostRole {
  readonly isHolder: boolean
  /** Label of the host that delivers; null if it is unknown. */
  readonly holderLabel: string | null
}

/** What the renewal of a lease needs. */
export interface HostLeaseDeps {
  readonly outbox: Outbox
  readonly clock: Clock
  readonly random: Random
  /** What users read about this host: `axisor watch, process 4711`. */
  readonly label: string
  /** Absent: the end of a holder is noticed when its lease ends. */
  readonly processes?: Processes
  /** Called after each change of the role, but not before `openHostLease` has resolved. */
  readonly onChange: (role: HostRole) => void
  /** Shorter times for tests with real processes. */
  readonly ttlMs?: number
  readonly renewMs?: number
}

/** The lease of this host, renewed until it is closed. */
export interface HostLeaseKeeper {
  /** True while this host may deliver; false as soon as the lease has ended, also if the process was suspended. */
  isHolder(): boolean
  role(): HostRole
  /** Ends the renewals and frees the lease, so that another host takes over at once. */
  close(): Promise<void>
}

class RenewedLease implements HostLeaseKeeper {
  readonly #deps: HostLeaseDeps
  readonly #holder: string
  readonly #ttlMs: number
  readonly #renewMs: number
  /** Our clock. */
  #heldUntil = Number.NEGATIVE_INFINITY
  #lease: HostLease | null = null
  #published: HostRole | null = null
  #cancel: Cancel = () => {}
  #renewal: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(deps: HostLeaseDeps) {
    this.#deps = deps
    const self = deps.processes?.self ?? null
    const id = deps.random.hex(HOLDER_BYTES)
    this.#holder = self === null ? id : `${id}${PROCESS_MARK}${self}`
    this.#ttlMs = deps.ttlMs ?? TTL_MS
    this.#renewMs = deps.renewMs ?? RENEW_MS
  }

  isHolder(): boolean {
    return this.#heldUntil > this.#deps.clock.nowMs()
  }

  role(): HostRole {
    const isHolder = this.isHolder()
    return { isHolder, holderLabel: isHolder ? this.#deps.label : (this.#lease?.label ?? null) }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancel()
    await this.#renewal
    this.#heldUntil = Number.NEGATIVE_INFINITY
    await ignoringStorage(() => this.#deps.outbox.release(this.#holder))
  }

  async renew(): Promise<void> {
    const { clock } = this.#deps
    const now = clock.nowMs()
    const wallMs = clock.toWall(now)
    const lease = await ignoringStorage(() => this.#request(wallMs))
    if (this.#isClosed) return
    // A lease that ended before its renewal is a change, even if it is held again: deliveries have stopped meanwhile.
    this.#publish()
    if (lease !== null) this.#apply(lease, now)
    else await this.#withoutStorage(wallMs, now)
    if (this.#isClosed) return
    this.#publish()
    this.#published = this.role()
    this.#cancel = clock.after(this.#delayMs(wallMs), () => {
      this.#renewal = this.renew()
    })
  }

  /** Requests the lease, once more if its holder has ended without freeing it. */
  async #request(wallMs: number): Promise<HostLease> {
    const { outbox, label, processes } = this.#deps
    const request = (): Promise<HostLease> => outbox.lease(this.#holder, label, wallMs, this.#ttlMs)
    const lease = await request()
    const [, identity] = lease.holder.split(PROCESS_MARK)
    if (lease.holder === this.#holder || identity === undefined) return lease
    if (processes?.hasEnded(identity) !== true) return lease
    await outbox.release(lease.holder)
    return request()
  }

  #publish(): void {
    const role = this.role()
    if (this.#published === null || isSame(this.#published, role)) return
    this.#published = role
    this.#deps.onChange(role)
  }

  #apply(lease: HostLease, now: number): void {
    this.#lease = lease
    this.#heldUntil = lease.holder === this.#holder ? now + this.#ttlMs : Number.NEGATIVE_INFINITY
  }

  /**
   * The lease can't be written: another host's holds while it is valid. Otherwise this host delivers without one, or goes on if not even
   * that can be read: an alert that arrives twice is better than one that does not arrive.
   */
  async #withoutStorage(wallMs: number, now: number): Promise<void> {
    const found = await ignoringStorage(async () => ({ lease: await this.#deps.outbox.readLease(wallMs) }))
    const isOther =
      found === null ? this.#published?.isHolder === false : isForeign(found.lease, this.#holder)
    if (found !== null) this.#lease = found.lease
    this.#heldUntil = isOther ? Number.NEGATIVE_INFINITY : now + this.#ttlMs
  }

  /** A host that waits looks again as soon as the other lease ends. */
  #delayMs(wallMs: number): number {
    const remainingMs = this.#lease === null ? 0 : this.#lease.expiresAt - wallMs
    return this.isHolder() || remainingMs <= 0 ? this.#renewMs : Math.min(this.#renewMs, remainingMs)
  }
}

function isForeign(lease: HostLease | null, holder: string): boolean {
  return lease !== null && lease.holder !== holder
}

function isSame(a: HostRole, b: HostRole): boolean {
  return a.isHolder === b.isHolder && a.holderLabel === b.holderLabel
}

/** Returns null if the outbox fails, which its other users report. */
async function ignoringStorage<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call()
  } catch (error) {
    if (!(error instanceof AxisorError)) throw error
    return null
  }
}

/** Requests the lease and renews it until it is closed. Resolves once the role is known. */
export async function openHostLease(deps: HostLeaseDeps): Promise<HostLeaseKeeper> {
  const lease = new RenewedLease(deps)
  await lease.renew()
  return lease
}
