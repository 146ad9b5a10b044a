import type { SendResult } from '../../ports/notifier.ts'
import { redactionOf } from './secret-parts.ts'
import { presentable, retry, SendError } from './send-result.ts'

/** Runs attempts with a time-out, until it is closed. */
export interface Attempts {
  /** Settles within `timeoutMs` with a result whose reason does not contain the secret. Rejects only for a bug. */
  run(
    work: (signal: AbortSignal) => Promise<SendResult>,
    timeoutMs: number,
    secret: string,
  ): Promise<SendResult>
  /** Aborts all attempts; further ones are not started. */
  close(): void
}

function timedOut(timeoutMs: number): SendError {
  return new SendError(retry(`no reply within ${Math.round(timeoutMs / 100) / 10} s`))
}

/** Rejects with the reason of the signal once it is aborted, after the work that the abort ends: its own result counts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => setImmediate(() => reject(signal.reason)), { once: true })
  })
}

export function openAttempts(): Attempts {
  const running = new Set<AbortController>()
  let isClosed = false
  return {
    async run(work, timeoutMs, secret) {
      if (isClosed) return retry('the notifier is closed')
      const redact = redactionOf(secret)
      const controller = new AbortController()
      running.add(controller)
      const timer = setTimeout(() => controller.abort(timedOut(timeoutMs)), timeoutMs)
      try {
        const { signal } = controller
        return presentable(await Promise.race([work(signal), aborted(signal)]), redact)
      } catch (error) {
        if (error instanceof SendError) return presentable(error.result, redact)
        throw error
      } finally {
        clearTimeout(timer)
        running.delete(controller)
      }
    },
    close() {
      isClosed = true
      for (const controller of running) controller.abort(new SendError(retry('the notifier was closed')))
    },
  }
}
