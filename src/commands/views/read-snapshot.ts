import { AxisorError, type ErrorCode, EXIT, type ExitCode } from '../../domain/error.ts'
import { nothingReadError, PART_NAMES, type PartReports } from '../../domain/parts.ts'
import type { Status } from '../../domain/status.ts'
import type { Cancel } from '../../ports/clock.ts'
import { firstBrokenHop } from '../../store/hops.ts'
import { keyRefusalOf } from '../../store/key-refusal.ts'
import { rateLimitReason } from '../../store/rate-limited.ts'
import { isMarketWhole } from '../../store/selectors/market.ts'
import { awaitsUnit } from '../../store/selectors/totals.ts'
import type { State } from '../../store/state.ts'
import { openStore } from '../../store/store.ts'
import { sourceProxy, withProxyName } from '../proxies.ts'
import { openSource, type SourceContext, type SourceRequirements } from '../source.ts'
import type { SourceSettings } from '../source-settings.ts'

export type SnapshotContext = SourceContext

export type SnapshotRequirements = Omit<SourceRequirements, 'candlesAndHistory' | 'retryRefusedKey'>

/** Transient failures. Their own hints describe a monitor that retries, which this is not. */
const TRY_LATER = new Set<ErrorCode>(['timeout', 'connection-lost', 'silence', 'rate-limited', 'unavailable'])

/** A relay that has just started sends its snapshot at once, and the unit of synthetic dollars at most this much later. */
const UNIT_MS = 4_000

/** How long the stream may take to send the prices that the exchange did not answer with. Each topic has a message about once a second. */
const STREAM_PRICES_MS = 3_000

/** The list of permissions arrives over a socket of its own, and is not waited for longer than this after the data. */
const KEY_MS = 300

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
  const deadline = clock.nowMs() + settings.timeoutMs
  let dataAt: number | null = null
  try {
    const snapshot = new Promise<SnapshotReading>((resolve, reject) => {
      const take = (): void => resolve({ kind: 'snapshot', state: store.state(), now: clock.nowMs() })
      const giveUp = (): void => {
        if (isUsable(store.state())) take()
        else reject(withProxyName(timeoutError(store.state(), settings.timeoutMs), sourceProxy(settings)))
      }
      cancels.push(clock.after(settings.timeoutMs, giveUp))
      source.feed.start(event => {
        store.dispatch(event)
        const state = store.state()
        const now = clock.nowMs()
        const refusal = requirements.account ? relayKeyError(state) : null
        if (refusal !== null) return reject(refusal)
        if (isUsable(state) && !isKeyRefused(state)) {
          if (isPending(state, deadline)) return
          dataAt ??= now
          const unitInMs = requirements.equity ? unitDelayMs(state, now) : 0
          const socketInMs = socketDelayMs(state, requirements.account, dataAt, now)
          const waitMs = Math.max(unitInMs, socketInMs, pricesDelayMs(state, now))
          if (waitMs === 0) take()
          else cancels.push(clock.after(waitMs, take))
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
    await source.close()
  }
}

/** Returns true for a key that may do more than read and is not accepted: nothing that it has read is printed. */
function isKeyRefused({ status }: State): boolean {
  return status?.link === 'stopped' && status.lastError?.code === 'key-may-write'
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

/**
 * Returns true while a part is still being read, unless the exchange limits its requests for longer than there is time. Prices of the
 * stream are enough: the ticker is not waited for beside them.
 */
function isPending(state: State, deadline: number): boolean {
  const { parts, status } = state
  return PART_NAMES.some(part => {
    if (part === 'market' && isMarketWhole(state)) return false
    const { readAt, error } = parts[part]
    const limitedUntil = status?.limitedUntil?.[part === 'market' ? 'public' : 'signed'] ?? 0
    return readAt === null && error === null && limitedUntil < deadline
  })
}

/** How long the stream may still take to send prices that could not be read; 0 if there is no stream. */
function pricesDelayMs(state: State, now: number): number {
  const { status, lastSnapshot } = state
  // The first snapshot is emitted just before the connection counts as live.
  const isStreamed = status?.link === 'live' || status?.link === 'preparing'
  if (!isStreamed || isMarketWhole(state)) return 0
  return Math.max(0, (lastSnapshot?.endedAt ?? now) + STREAM_PRICES_MS - now)
}

/**
 * How long to wait for the socket, over which the permissions of the key arrive; 0 if that is decided, overdue, or not opened in time. A relay
 * sends them with the data.
 */
function socketDelayMs({ key, status }: State, needsKey: boolean, dataAt: number, now: number): number {
  const until = dataAt + KEY_MS
  const isDecided = status?.link === 'stopped' || (status?.link === 'live' && (key !== null || !needsKey))
  if (status?.kind === 'relay' || isDecided || (status?.retryAt ?? 0) > until) return 0
  return Math.max(0, until - now)
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

/** The limit is why nothing was read, unless the key was rejected. Replies that limit requests prove that the exchange is reachable. */
function rateLimitError(status: Status | null, seconds: number): AxisorError | null {
  const limitedText = rateLimitReason(status)
  const error = status?.lastError ?? null
  if (limitedText === null || error?.exitCode === EXIT.credentials) return null
  return new AxisorError('rate-limited', `no complete snapshot within ${seconds} s, ${limitedText}`, {
    cause: error ?? undefined,
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
