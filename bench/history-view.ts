import { fileURLToPath } from 'node:url'
import { runBundled } from './frames.ts'
import type { Result } from './result.ts'

/** View 4 of a ledger of 100,000 trades: its frame, and what its rows and sums cost. */
export async function historyView(): Promise<readonly Result[]> {
  const thread = fileURLToPath(new URL('../src/node/ledger/history-thread.ts', import.meta.url))
  return JSON.parse(await runBundled('bench/history-view-child.ts', thread)) as readonly Result[]
}
