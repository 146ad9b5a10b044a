import { AxisorError } from '../../domain/error.ts'
import { wallNow } from '../../domain/wall-clock.ts'
import type { Cancel, Clock } from '../../ports/clock.ts'
import type { RelayLog } from '../../relay/context.ts'

const DAY_MS = 86_400_000

/** How often the files are read. */
const READ_MS = 60_000

/** A certificate that ends within this time is reported once a day. */
const WARN_MS = 14 * DAY_MS

interface Pem {
  readonly cert: string
  readonly key: string
}

interface CertificateDeps {
  readonly clock: Clock
  readonly log: RelayLog
  /** Reads the files. @throws AxisorError */
  read(): Promise<Pem | null>
  /** When a certificate ends, ms since 1970; null if it can't be read. */
  endOf(cert: string): number | null
  /** Serves new connections with it. Throws if certificate and key do not match. */
  replace(pem: Pem, endsAt: number | null): void
}

/**
 * Takes a renewed certificate without a restart, and warns before the present one ends. A pair that cannot be used, such as one of which
 * only one file has been written yet, is reported once, and the present one stays.
 */
export function watchCertificate(
  first: Pem,
  { clock, log, read, endOf, replace }: CertificateDeps,
): { readonly stop: Cancel } {
  let current = first
  let rejected = ''
  let warnedAt = Number.NEGATIVE_INFINITY
  let cancel: Cancel = () => {}
  let isStopped = false

  function warnOfEnd(): void {
    const endsAt = endOf(current.cert)
    const now = wallNow(clock)
    if (endsAt === null || endsAt - now > WARN_MS || clock.nowMs() - warnedAt < DAY_MS) return
    warnedAt = clock.nowMs()
    const at = { endsAt: new Date(endsAt).toISOString() }
    if (endsAt <= now) log.warn('the TLS certificate has ended', at)
    else log.warn('the TLS certificate ends soon', { ...at, days: Math.floor((endsAt - now) / DAY_MS) })
  }

  function reject(reason: string): void {
    if (rejected !== reason)
      log.warn('the TLS files cannot be used, the certificate before stays', { reason })
    rejected = reason
  }

  async function renew(): Promise<void> {
    let pem: Pem | null
    try {
      pem = await read()
    } catch (error) {
      if (!(error instanceof AxisorError)) throw error
      return reject(error.message)
    }
    if (isStopped || pem === null || (pem.cert === current.cert && pem.key === current.key)) return
    try {
      replace(pem, endOf(pem.cert))
    } catch {
      return reject('certificate and key do not match')
    }
    current = pem
    rejected = ''
    warnedAt = Number.NEGATIVE_INFINITY
    const endsAt = endOf(pem.cert)
    log.info('TLS certificate renewed', endsAt === null ? {} : { endsAt: new Date(endsAt).toISOString() })
  }

  function schedule(): void {
    if (isStopped) return
    cancel = clock.after(READ_MS, () => {
      void renew().then(() => {
        warnOfEnd()
        schedule()
      })
    })
  }

  warnOfEnd()
  schedule()
  return {
    stop() {
      isStopped = true
      cancel()
    },
  }
}
