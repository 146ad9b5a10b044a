import { AxisorError, type ErrorCode } from '../../domain/error.ts'
import type { Clock } from '../../ports/clock.ts'
import type { RelayLog } from '../../relay/context.ts'
import type { CommandContext } from '../command-context.ts'

/** Errors that end without a change of the settings. A refused password, a wrong schema or a wrong certificate does not. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['unreachable', 'timeout', 'connection-lost', 'unavailable'])

/** Delay between two attempts. */
const RETRY_MS = 1_000

/** How long the first attempt may take before the relay listens without its result. */
const LISTEN_AFTER_MS = 500

/** The result of an attempt. */
type Outcome<T> = { readonly value: T } | { readonly error: unknown }

interface WaitingDeps {
  readonly clock: Clock
  readonly log: RelayLog
  readonly interrupted: CommandContext['interrupted']
  /** Listens in the place of the relay while it waits. */
  listen(): Promise<{ readonly port: number; close(): Promise<void> }>
}

function pause(clock: Clock, delayMs: number): Promise<null> {
  return new Promise(resolve => {
    clock.after(delayMs, () => resolve(null))
  })
}

async function outcomeOf<T>(open: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await open() }
  } catch (error) {
    return { error }
  }
}

/** Returns the reason for another attempt. @throws any other error */
function reasonToWait(error: unknown): string {
  if (error instanceof AxisorError && PASSING.has(error.code)) return error.message
  throw error
}

/**
 * Opens what a relay needs, again and again while it is only unreachable. Meanwhile it listens, so that monitors see a relay that is not
 * ready. Returns the port that it listened on, null if it did not have to; or null if a signal ended the wait.
 * @throws AxisorError for anything that does not pass
 */
export async function whenReachable<T>(
  open: () => Promise<T>,
  { clock, log, interrupted, listen }: WaitingDeps,
): Promise<{ readonly value: T; readonly port: number | null } | null> {
  const stopped = interrupted.then(() => 'stopped' as const)
  const startedAt = clock.nowMs()
  let server: Awaited<ReturnType<WaitingDeps['listen']>> | null = null
  let logged: string | null = null
  try {
    for (;;) {
      const attempt = outcomeOf(open)
      const early = await Promise.race([attempt, stopped, pause(clock, LISTEN_AFTER_MS)])
      if (early === null) server ??= await listen()
      const outcome = early ?? (await Promise.race([attempt, stopped]))
      if (outcome === 'stopped') return null
      if ('value' in outcome) {
        if (logged !== null) log.info('found', { waitedMs: clock.nowMs() - startedAt })
        return { value: outcome.value, port: server?.port ?? null }
      }
      const reason = reasonToWait(outcome.error)
      if (reason !== logged) log.warn('waiting', { reason })
      logged = reason
      server ??= await listen()
      if ((await Promise.race([stopped, pause(clock, RETRY_MS)])) === 'stopped') return null
    }
  } finally {
    await server?.close()
  }
}
