import { Worker } from 'node:worker_threads'

/** Above this a thread ends, and the process goes on. */
const MAX_HEAP_MB = 512

/**
 * Starts a thread, which needs no setting and no secret and keeps no process alive. `workerData`: what it is started with. `onCrash` is
 * called with the reason before the exit of a thread that fails.
 */
export function startThread(entry: string, workerData: object, onCrash: (reason: string) => void): Worker {
  const worker = new Worker(entry, {
    workerData,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  })
  worker.unref()
  worker.on('error', error => onCrash(error instanceof Error ? error.message : String(error)))
  return worker
}
