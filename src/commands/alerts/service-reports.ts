import type { AlertHost } from '../../alerts/host/alert-host.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { ServiceManager } from '../../ports/service-manager.ts'

/** How often the health is looked at until data is fresh. */
const CHECK_MS = 1_000

/**
 * Reports to the service manager: ready once the first data has been evaluated, then alive while data is fresh. A blind host is not alive:
 * its watchdog restarts it.
 */
export class ServiceReports {
  readonly #host: AlertHost
  readonly #manager: ServiceManager | null
  readonly #clock: Clock
  readonly #print: (line: string) => void
  #isReady = false
  #hasFailed = false
  #isStopped = false
  #cancel: Cancel = () => {}

  constructor(host: AlertHost, manager: ServiceManager | null, clock: Clock, print: (line: string) => void) {
    this.#host = host
    this.#manager = manager
    this.#clock = clock
    this.#print = print
  }

  start(): void {
    if (this.#manager !== null) void this.#report(this.#manager)
  }

  /** Ends the reports. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    if (this.#isReady) await this.#manager?.notify('STOPPING=1')
  }

  async #report(manager: ServiceManager): Promise<void> {
    const { watchdogMs } = manager
    const isHealthy = this.#host.isHealthy()
    if (isHealthy) {
      const ready = this.#isReady ? [] : ['READY=1', 'STATUS=watching']
      this.#isReady = true
      await this.#notify(manager, ...ready, ...(watchdogMs === null ? [] : ['WATCHDOG=1']))
      if (watchdogMs === null || this.#isStopped) return
    }
    // Twice per period, as systemd recommends. A short time without fresh data must not cost a whole period.
    const everyMs = isHealthy && watchdogMs !== null ? watchdogMs / 2 : CHECK_MS
    this.#cancel = this.#clock.after(everyMs, () => void this.#report(manager))
  }

  /** A missing systemd-notify is reported once and not fatal. */
  async #notify(manager: ServiceManager, ...states: readonly string[]): Promise<void> {
    const problem = await manager.notify(...states)
    if (problem === null || this.#hasFailed) return
    this.#hasFailed = true
    this.#print(`can't report to the service manager: ${problem}`)
  }
}
