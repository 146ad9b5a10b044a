import { activeAlerts } from '../../alerts/active-alerts.ts'
import type { EngineState } from '../../alerts/engine-state.ts'
import { decodeEngineState } from '../../alerts/stored-engine.ts'
import { sectionOf } from '../../config/alerts/alert-files.ts'
import type { Alert } from '../../domain/alerts/alert.ts'
import type { HostLease, Outbox } from '../../ports/outbox.ts'
import type { CommandContext } from '../command-context.ts'
import { type SourceFlags, sourceSettings } from '../source-settings.ts'

export type OutboxContext = Pick<CommandContext, 'clock' | 'env' | 'files' | 'openOutbox'>

/** Runs a command on the outbox of a profile, which its hosts share, and closes it. */
export async function withOutbox<T>(
  flags: SourceFlags,
  context: OutboxContext,
  work: (outbox: Outbox) => Promise<T>,
): Promise<T> {
  const settings = await sourceSettings(flags, context)
  const { outbox } = await context.openOutbox(sectionOf(settings.profile))
  try {
    return await work(outbox)
  } finally {
    await outbox.close()
  }
}

/** The alerts as the host that delivers stored them last. */
export interface StoredAlerts {
  readonly active: readonly Alert[]
  readonly state: EngineState
  /** The host that delivers now; null if none runs. */
  readonly host: HostLease | null
}

/** Reads the alerts from an outbox. */
export async function readStoredAlerts(
  outbox: Outbox,
  { clock }: Pick<OutboxContext, 'clock'>,
): Promise<StoredAlerts> {
  const now = clock.nowMs()
  const [engine, host] = await Promise.all([outbox.engine(), outbox.readLease(clock.toWall(now))])
  const state = decodeEngineState(engine, now)
  return { active: activeAlerts(state), state, host }
}
