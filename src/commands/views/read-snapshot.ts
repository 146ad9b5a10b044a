import { AxisorError, type ErrorCode, type ExitCode } from '../../domain/error.ts'
import { nothingReadError, type PartReports } from '../../domain/parts.ts'
import type { Status } from '../../domain/status.ts'
import type { Cancel } from '../../ports/clock.ts'
import { firstBrokenHop } from '../../store/hops.ts'
import { keyRefusalOf } from '../../store/key-refusal.ts'
import { rateLimitReason } from '../../store/rate-limited.ts'
import { awaitsUnit } from '../../store/selectors/totals.ts'
import type { State } from '../../store/state.ts'
import { openStore } from '../../store/store.ts'
import { openSource, type SourceContext, type SourceRequirements } from '../source.ts'
import type { SourceSettings } from '../source-settings.ts'

export type SnapshotContext = SourceContext

export type SnapshotRequirements = Omit<SourceRequirements, 'candlesAndHistory' | 'retryRefusedKey'>

/** Transient failures. Their own hints describe a monitor that retries, which this is not. */
const TRY_LATER = new Set<ErrorCode>(['timeout', 'connection-lost', 'silence', 'rate-limited', 'unavailable'])

/** A relay that has just started sends its snapshot at once, and the unit of synthetic dollars at most this much later. */
const UNIT_MS = 4_000

/** The first complete snapshot and its time, or the exit code of an interrupted wait. */
export type SnapshotReading =
  | { readonly kind: 'snapshot'; readonly state: State; readonly now: number }
  | { readonly kind: 'interrupted'; readonly code: ExitCode }

/**
 * Waits for the first complete snapshot, then closes the source.
 * @throws AxisorError the last failure, if there is no snapshot within the timeout or the source stops
 */
export async function readSnapshot(
  settings: SourceSettings,
  requirements: SnapshotRequirements,
  context: SnapshotContext,
): Promise<SnapshotReading> {
  const { clock } = context
  const source = await openSource(
    settings,
    { ...requirements, candlesAndHistory: false, retryRefusedKey: false },
    context,
  )
  const store = openStore()
  const cancels: Cancel[] = []
  try {
    const snapshot = new Promise<SnapshotReading>((resolve, reject) => {
      const take = (): void => resolve({ kind: 'snapshot', state: store.state(), now: clock.nowMs() })
      const giveUp = (): void => {
        if (isUsable(store.state())) take()
        else reject(timeoutError(store.state(), settings.timeoutMs))
      }
      cancels.push(clock.after(settings.timeoutMs, giveUp))
      source.feed.start(event => {
        store.dispatch(event)
        const state = store.state()
        const refusal = requirements.account ? relayKeyError(state) : null
        if (refusal !== null) return reject(refusal)
        if (isUsable(state)) {
          const unitInMs = requirements.equity ? unitDelayMs(state, clock.nowMs()) : 0
          if (isPending(state)) return
          if (unitInMs === 0) take()
          else cancels.push(clock.after(unitInMs, take))
        } else if (state.status?.link === 'stopped')
          reject(state.status.lastError ?? timeoutError(state, settings.timeoutMs))
      })
    })
    const interrupted = context.interrupted.then((code): SnapshotReading => ({ kind: 'interrupted', code }))
    const reading = await Promise.race([snapshot, interrupted])
    // Events dispatched in the same turn as the snapshot, such as the link being live, are included.
    return reading.kind === 'interrupted' ? reading : { ...reading, state: store.state(), now: clock.nowMs() }
  } finally {
    for (const cancel of cancels) cancel()
    source.close()
  }
}

/** Returns true if the snapshot holds anything that was asked for: at least one part of the account, or prices without a key. */
function isUsable({ lastSnapshot, parts }: State): boolean {
  return lastSnapshot !== null && nothingReadError(parts) === null && !isUnread(parts)
}

/** Returns true if no part of the account has an outcome yet. */
function isUnread(parts: PartReports): boolean {
  const { market: _prices, ...account } = parts
  return Object.values(account).every(({ readAt, error }) => readAt === null && error === null)
}

/** Returns true while a part is still being read. */
function isPending({ parts }: State): boolean {
  return Object.values(parts).some(({ readAt, error }) => readAt === null && error === null)
}

/** How long a relay may still take to send the unit that the equity needs; 0 if it is known, not needed or overdue. */
function unitDelayMs(state: State, now: number): number {
  const hop = state.status?.upstream ?? null
  return hop !== null && awaitsUnit(state) ? Math.max(0, hop.since + UNIT_MS - now) : 0
}

/** The error of a relay that has prices at most, because the exchange refuses its key. Old data of the account is printed with its age. */
function relayKeyError({ account, lastSnapshot, status }: State): AxisorError | null {
  const refusal = lastSnapshot !== null && account === null ? keyRefusalOf(status) : null
  if (refusal === null) return null
  return new AxisorError('key-refused', `the exchange refuses the relay's key: ${refusal.error.message}`, {
    hint: 'The key worked before, so try again later. If the refusal lasts, the relay operator must set another key.',
  })
}

/** The limit is why nothing was read, unless the connection failed for a reason of its own. */
function rateLimitError(status: Status | null, seconds: number): AxisorError | null {
  const limitedText = rateLimitReason(status)
  const code = status?.lastError?.code ?? 'timeout'
  if (limitedText === null || (code !== 'timeout' && code !== 'rate-limited')) return null
  return new AxisorError('rate-limited', `no complete snapshot within ${seconds} s, ${limitedText}`, {
    cause: status?.lastError ?? undefined,
  })
}

function timeoutError(state: State, timeoutMs: number): AxisorError {
  const seconds = timeoutMs / 1000
  const cause = firstBrokenHop(state.status)?.hop.lastError?.message
  const upstream = cause === undefined ? '' : `, and the relay has none: ${cause}`
  const error =
    rateLimitError(state.status, seconds) ??
    (state.lastSnapshot === null ? null : nothingReadError(state.parts)) ??
    state.status?.lastError ??
    nothingReadError(state.parts) ??
    new AxisorError('timeout', `no complete snapshot within ${seconds} s${upstream}`)
  if (!TRY_LATER.has(error.code)) return error
  return new AxisorError(error.code, error.message, {
    cause: error,
    hint: `Gave up after ${seconds} s. Try again later, or wait longer with --timeout.`,
  })
}
