import {
  type KeyPermissions,
  lacksPermission,
  listsPermission,
  type ReadPermission,
} from '../../domain/account.ts'
import { AxisorError } from '../../domain/error.ts'
import {
  PART_NAMES,
  type PartError,
  type PartName,
  type PartReport,
  partErrorOf,
  type RowFault,
  reportsOf,
  UNREAD,
} from '../../domain/parts.ts'
import type { AccountSnapshot, Change, Network } from '../../domain/snapshot.ts'
import type { Clock } from '../../ports/clock.ts'
import { FIREWALL_HINT } from '../../wire/lnm/rest-error.ts'
import { ROUTES, type RouteName } from '../../wire/lnm/routes.ts'
import { ForbiddenRoutes } from './forbidden-routes.ts'
import { PartReader } from './part-reader.ts'
import { PART_ROUTES, type PartValues } from './part-reads.ts'
import type { RestClient } from './rest-client.ts'
import { type UnitMemory, UnitReader, unitKnownAs } from './unit-reader.ts'

/** A part that takes longer does not delay the parts that have been read. Our own rate limit may take 1.5 s. */
const SLOW_PART_MS = 2_000

/** The part of a snapshot that was read, or the error of its read. */
type PartOutcome =
  | {
      readonly ok: true
      readonly values: Partial<PartValues>
      readonly readAt: number
      readonly unreadable: readonly RowFault[]
      readonly faults: readonly RowFault[]
    }
  | { readonly ok: false; readonly error: AxisorError; readonly at: number }

type Outcomes = ReadonlyMap<PartName, PartOutcome>

/** A finished read. */
export interface SnapshotRead {
  readonly snapshot: AccountSnapshot
  /** Set if the key was refused, or if the exchange could not be reached for any part: the connection is at fault, not the parts. */
  readonly error: AxisorError | null
}

const NO_VALUES: PartValues = {
  ticker: null,
  account: null,
  isolated: null,
  isolatedOrders: null,
  cross: null,
  crossOrders: null,
}

/** Reads account snapshots over REST, in six independent requests. */
export class SnapshotReader {
  readonly #rest: RestClient
  readonly #clock: Clock
  readonly #network: Network
  readonly #hasKey: boolean
  readonly #partReader: PartReader
  #key: KeyPermissions | null = null
  #simulated = false
  /** Routes that replied 403, and when they are requested again. */
  readonly forbidden = new ForbiddenRoutes()
  readonly #units: UnitReader

  constructor(
    rest: RestClient,
    clock: Clock,
    network: Network,
    hasKey: boolean,
    unitMemory: UnitMemory = unitKnownAs(null),
  ) {
    this.#rest = rest
    this.#partReader = new PartReader(rest, clock)
    this.#clock = clock
    this.#network = network
    this.#hasKey = hasKey
    this.#units = new UnitReader(rest, clock, unitMemory)
  }

  /** Sets the key's permissions, which explain a 403. */
  setPermissions(key: KeyPermissions): void {
    this.#key = key
  }

  /**
   * Records a change of the stream: it may explain a row that is missing in the next list, and its price replaces that of a ticker that
   * can't be read. Returns true if the unit of synthetic dollars could not be derived for want of a price, and now can.
   */
  observe(change: Change): boolean {
    this.#partReader.observe(change)
    return this.#units.observe(change)
  }

  /** Marks all further snapshots as simulated. */
  markSimulated(): void {
    this.#simulated = true
  }

  /**
   * Returns why a route must not be requested now: there is no key to sign its requests, or it was answered with 403 a while ago. Null if
   * it may be requested.
   */
  refusalOf(name: RouteName): AxisorError | null {
    if (ROUTES[name].permission === null) return null
    if (!this.#hasKey) return new AxisorError('no-credentials', 'there is no API key')
    return this.forbidden.refusalOf(name, this.#clock.nowMs())
  }

  /** Returns when a part that was read before and is refused now may be requested again, our clock; null if there is none. */
  retryAt(): number | null {
    return this.forbidden.retryAt(Object.values(PART_ROUTES), this.#clock.nowMs())
  }

  /**
   * Reads all parts. A part that fails does not affect the others, and a slow part does not delay them: the parts that have been read
   * by then are passed to `onParts`, in a snapshot of these parts only.
   */
  async read(onParts: (snapshot: AccountSnapshot) => void = () => {}): Promise<SnapshotRead> {
    const startedAt = this.#clock.nowMs()
    if (this.#hasKey) this.#units.start()
    const outcomes = new Map<PartName, PartOutcome>()
    const reads = PART_NAMES.map(async part => {
      outcomes.set(part, await this.#readPart(part))
    })
    const cancel = this.#clock.after(SLOW_PART_MS, () => {
      if (outcomes.size > 0) onParts(this.#snapshotOf(outcomes, startedAt))
    })
    await Promise.all(reads)
    cancel()
    const snapshot = this.#snapshotOf(outcomes, startedAt)
    return { snapshot, error: keyRefusalOf(outcomes) ?? connectionErrorOf(outcomes) }
  }

  async #readPart(part: PartName): Promise<PartOutcome> {
    const readAt = this.#clock.nowMs()
    const route = PART_ROUTES[part]
    const refusal = this.refusalOf(route)
    if (refusal !== null) return { ok: false, error: refusal, at: readAt }
    try {
      const { madeAt, ...read } = await this.#partReader.read(part)
      this.forbidden.accepted(route)
      // A stored reply knows nothing of what has changed since it was made.
      return { ok: true, readAt: Math.min(readAt, madeAt), ...read }
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      this.forbidden.failed(route, error, this.#clock.nowMs())
      return { ok: false, error, at: this.#clock.nowMs() }
    }
  }

  #snapshotOf(outcomes: Outcomes, startedAt: number): AccountSnapshot {
    const simulated = this.#simulated || this.#rest.simulated
    const values = valuesOf(outcomes)
    const { account } = values
    return {
      origin: simulated ? 'simulated' : 'exchange',
      network: simulated ? 'simulator' : this.#network,
      startedAt,
      endedAt: this.#clock.nowMs(),
      key: this.#key,
      missing: this.#missingOf(outcomes),
      parts: reportsOf(part => this.#reportOf(part, outcomes.get(part))),
      ...values,
      account: account && { ...account, value: { ...account.value, syntheticUsdUnit: this.#units.unit } },
      lastKnown: [],
    }
  }

  #missingOf(outcomes: Outcomes): readonly ReadPermission[] {
    const missing = new Set<ReadPermission>()
    for (const [part, outcome] of outcomes) {
      const { permission } = ROUTES[PART_ROUTES[part]]
      if (permission !== null && !outcome.ok && outcome.error.code === 'missing-permission')
        missing.add(permission)
    }
    return [...missing]
  }

  #reportOf(part: PartName, outcome: PartOutcome | undefined): PartReport {
    if (outcome === undefined) return UNREAD
    if (!outcome.ok) return { ...UNREAD, error: this.#errorOf(part, outcome.error), since: outcome.at }
    const { readAt, unreadable, faults } = outcome
    return { readAt, error: null, since: unreadable.length === 0 ? null : readAt, unreadable, faults }
  }

  /** A 403 is explained by the list of permissions; the list alone decides nothing. */
  #errorOf(part: PartName, error: AxisorError): PartError {
    const partError = partErrorOf(error)
    const { permission } = ROUTES[PART_ROUTES[part]]
    if (error.code !== 'missing-permission' || permission === null) return partError
    const isPage = error.hint === FIREWALL_HINT
    return { ...partError, message: `${partError.message}: ${this.#hintOf(permission, isPage)}` }
  }

  #hintOf(permission: ReadPermission, isPage: boolean): string {
    if (lacksPermission(this.#key, permission)) return `the key lacks ${permission}`
    if (isPage && !listsPermission(this.#key, permission)) return 'a firewall blocks the request'
    return listsPermission(this.#key, permission)
      ? `the key has ${permission}, so a firewall or the exchange blocks the request`
      : `it needs ${permission}`
  }

  /** As `UnitReader.complete`. */
  withUnit(snapshot: AccountSnapshot, maxWaitMs: number): Promise<AccountSnapshot> {
    return this.#units.complete(snapshot, maxWaitMs)
  }
}

function valuesOf(outcomes: Outcomes): PartValues {
  const read = [...outcomes.values()].flatMap(outcome => (outcome.ok ? outcome.values : []))
  return Object.assign({ ...NO_VALUES }, ...read)
}

/**
 * Returns the refusal of the key: no signed request was accepted, and one was rejected with 401. Null otherwise, as when one route
 * alone rejects the key.
 */
function keyRefusalOf(outcomes: Outcomes): AxisorError | null {
  const signed = [...outcomes].filter(([part]) => ROUTES[PART_ROUTES[part]].permission !== null)
  if (signed.some(([, outcome]) => outcome.ok)) return null
  const errors = signed.flatMap(([, outcome]) => (outcome.ok ? [] : outcome.error))
  return errors.find(({ code }) => code === 'key-refused') ?? null
}

/** Errors of the network between us and the exchange. */
const NETWORK_ERRORS: ReadonlySet<AxisorError['code']> = new Set([
  'unreachable',
  'tls',
  'timeout',
  'connection-lost',
])

/** Returns the first error if every request failed on the network. */
function connectionErrorOf(outcomes: Outcomes): AxisorError | null {
  const asked = [...outcomes.values()].filter(
    outcome => outcome.ok || outcome.error.code !== 'no-credentials',
  )
  const errors = asked.flatMap(outcome => (outcome.ok ? [] : outcome.error))
  const isDown = errors.length === asked.length && errors.every(({ code }) => NETWORK_ERRORS.has(code))
  return isDown ? (errors[0] ?? null) : null
}
