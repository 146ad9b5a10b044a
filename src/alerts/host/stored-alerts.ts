import type { Alert } from '../../domain/alerts/alert.ts'
import type { DeliverySummary } from '../../domain/alerts/delivery.ts'
import type { Clock } from '../../ports/clock.ts'
import type { HostLease, Outbox } from '../../ports/outbox.ts'
import { activeAlerts } from '../active-alerts.ts'
import type { EngineState } from '../engine-state.ts'
import { decodeEngineState } from '../stored-engine.ts'

/** The alerts as the host that delivers stored them last. */
export interface StoredAlerts {
  readonly active: readonly Alert[]
  readonly state: EngineState
  /** The host that delivers now; null if none runs. */
  readonly host: HostLease | null
}

/** Reads the alerts from an outbox. */
export async function readStoredAlerts(outbox: Outbox, clock: Clock): Promise<StoredAlerts> {
  const now = clock.nowMs()
  const [engine, host] = await Promise.all([outbox.engine(), outbox.readLease(clock.toWall(now))])
  const state = decodeEngineState(engine, now, clock.toWall)
  return { active: activeAlerts(state), state, host }
}

/** Reads the alerts with their deliveries of the last day, newest first. */
export async function readListedAlerts(
  outbox: Outbox,
  clock: Clock,
): Promise<StoredAlerts & { readonly deliveries: readonly DeliverySummary[] }> {
  const now = clock.nowMs()
  const alerts = await readStoredAlerts(outbox, clock)
  return { ...alerts, deliveries: await outbox.summaries(clock.toWall(now) - DAY_MS) }
}

const DAY_MS = 86_400_000
