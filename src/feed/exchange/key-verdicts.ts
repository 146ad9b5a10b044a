import type { AxisorError } from '../../domain/error.ts'
import { ROUTES, type RouteName } from '../../wire/lnm/routes.ts'
import type { KeyInput } from '../connection/key-machine.ts'

/** What checks the key: a route of the snapshot, or the stream's authentication. */
type Checkpoint = RouteName | 'stream'

/** The routes of a snapshot. Others, such as the history, follow those that need the same permission. */
const SNAPSHOT_ROUTES = [
  'account',
  'isolatedRunning',
  'isolatedOpen',
  'crossPosition',
  'crossOpen',
] as const satisfies readonly RouteName[]

const DECIDING = new Set<Checkpoint>(['stream', ...SNAPSHOT_ROUTES])

function permissionOf(checkpoint: Checkpoint): string | null {
  return checkpoint === 'stream' ? null : ROUTES[checkpoint].permission
}

interface Verdict {
  /** Null if the last request was accepted. */
  readonly error: AxisorError | null
  /** The refused request may be sent again. */
  readonly mayRetry: boolean
}

/**
 * The exchange's verdicts on one key, by checkpoint. A refused request is not repeated before the connection allows an attempt: an
 * exchange may ban an address that repeats refused requests.
 */
export class KeyVerdicts {
  readonly #verdicts = new Map<Checkpoint, Verdict>()
  readonly #onceAccepted = new Set<Checkpoint>()
  #listener: (input: KeyInput) => void = () => {}

  /** `error` is the refusal that an earlier feed has seen: nothing is sent with the key before the next attempt. Null if there is none. */
  constructor(error: AxisorError | null = null) {
    if (error === null) return
    for (const checkpoint of DECIDING) this.#verdicts.set(checkpoint, { error, mayRetry: false })
  }

  /** Sets the listener for the verdicts on the key as a whole. */
  onKey(listener: (input: KeyInput) => void): void {
    this.#listener = listener
  }

  /** Returns the refusal that forbids to send a request now, or null if it may be sent. */
  refusalOf(checkpoint: Checkpoint): AxisorError | null {
    if (checkpoint !== 'stream' && permissionOf(checkpoint) === null) return null
    if (!DECIDING.has(checkpoint)) return this.#refusalBeside(checkpoint)
    const verdict = this.#verdicts.get(checkpoint)
    if (verdict === undefined || verdict.mayRetry) return null
    // A 403 of some routes is no matter of the key: `ForbiddenRoutes` decides when they are requested again.
    const isOfRoute = verdict.error?.code === 'missing-permission' && !this.#isRefusedEverywhere()
    return isOfRoute ? null : verdict.error
  }

  /** The refusal of a route that needs the same permission, or of all routes; null if there is neither. */
  #refusalBeside(checkpoint: Checkpoint): AxisorError | null {
    if (this.#isRefusedEverywhere()) return this.#refused()[0] ?? null
    const needed = permissionOf(checkpoint)
    const beside = SNAPSHOT_ROUTES.filter(route => permissionOf(route) === needed)
    return beside.flatMap(route => this.#verdicts.get(route)?.error ?? [])[0] ?? null
  }

  /** Returns true for a refused request that may be sent once more. */
  isRetry(checkpoint: Checkpoint): boolean {
    const verdict = this.#verdicts.get(checkpoint)
    return verdict !== undefined && verdict.error !== null && verdict.mayRetry
  }

  /** Records that a request was accepted. */
  accepted(checkpoint: Checkpoint): void {
    if (!DECIDING.has(checkpoint)) return
    this.#verdicts.set(checkpoint, { error: null, mayRetry: true })
    this.#onceAccepted.add(checkpoint)
  }

  /**
   * Records that a request was refused. A missing permission concerns the key only if the request was accepted before: otherwise
   * the key never had it.
   */
  refused(checkpoint: Checkpoint, error: AxisorError): void {
    const concernsKey = error.code === 'key-refused' || this.#onceAccepted.has(checkpoint)
    if (!concernsKey || !DECIDING.has(checkpoint)) return
    this.#verdicts.set(checkpoint, { error, mayRetry: false })
    // The market may take longer: the refusal is reported before the read has ended.
    if (this.#isDecided()) this.report()
  }

  /** Allows to send each refused request once more. */
  allowAttempt(): void {
    for (const [checkpoint, { error }] of this.#verdicts)
      this.#verdicts.set(checkpoint, { error, mayRetry: true })
  }

  /** Allows to send each request once more that was answered with 403, after a reconnect: a firewall may have blocked it. */
  allowForbidden(): void {
    for (const [checkpoint, { error }] of this.#verdicts)
      if (error?.code === 'missing-permission') this.#verdicts.set(checkpoint, { error, mayRetry: true })
  }

  /** Reports the verdict on the key as a whole. Called after a read or an authentication, when its verdicts are complete. */
  report(): void {
    const accepted = [...this.#verdicts.values()].some(({ error }) => error === null)
    const [error] = this.#refused()
    if (accepted) this.#listener({ type: 'key-accepted', everywhere: error === undefined })
    const [fresh] = this.#refused(false)
    if (fresh !== undefined)
      this.#listener({ type: 'key-refused', error: fresh, everywhere: this.#isRefusedEverywhere() })
  }

  /** Returns true if replies that are still to come cannot change whether the key is refused everywhere. */
  #isDecided(): boolean {
    const isAccepted = [...this.#verdicts.values()].some(({ error }) => error === null)
    return isAccepted || SNAPSHOT_ROUTES.every(route => this.refusalOf(route) !== null)
  }

  #refused(mayRetry: boolean | null = null): readonly AxisorError[] {
    return [...this.#verdicts.values()].flatMap(verdict =>
      verdict.error !== null && (mayRetry === null || verdict.mayRetry === mayRetry) ? [verdict.error] : [],
    )
  }

  /** The stream checks nothing but the key. A single route may be refused for another reason. */
  #isRefusedEverywhere(): boolean {
    if ((this.#verdicts.get('stream')?.error ?? null) !== null) return true
    return [...this.#verdicts].every(([checkpoint, { error }]) => checkpoint === 'stream' || error !== null)
  }
}
