import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'

/** All cases of a run: `npm run test:fuzz` sets a million. */
const CASES = Number(process.env.AXISOR_FUZZ_CASES ?? 20_000)

/** Growth of the heap that a run may show; a leak of 100 bytes a case shows more in a long one. */
const MOST_GROWTH_BYTES = 16 * 1024 * 1024

/** Time for a run of a million. */
export const FUZZ_TIMEOUT_MS = 1_800_000

function openCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

/**
 * Runs a share of all cases one after the other, and expects that the heap does not grow after the first fifth. An error that nothing
 * catches fails the test run.
 */
export async function runCases(share: number, work: (index: number) => Promise<void> | void): Promise<void> {
  const collect = openCollector()
  const count = Math.round(CASES * share)
  const warm = Math.round(count / 5)
  let used = 0
  for (let index = 0; index < count; index += 1) {
    if (index === warm) used = await settledHeap(collect)
    await work(index)
  }
  expect((await settledHeap(collect)) - used).toBeLessThan(MOST_GROWTH_BYTES)
}

/** The heap in use once pending work and garbage are gone. */
async function settledHeap(collect: () => void): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise(resolve => setImmediate(resolve))
    collect()
  }
  return process.memoryUsage().heapUsed
}
