import { Worker } from 'node:worker_threads'

/** Above this a thread ends, and the process goes on. */
const MAX_HEAP_MB = 512

/** Starts a thread, which needs no setting and no secret and keeps no process alive. `workerData`: what it is started with. */
export function startThread(entry: string, workerData: object): Worker {
  const worker = new Worker(entry, {
    workerData,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  })
  worker.unref()
  // An error is followed by the exit.
  worker.on('error', () => {})
  return worker
}
