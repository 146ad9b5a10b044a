// The thread of the ledgers. In a folder with the file `crash` it ends when the exchange has answered its first request, or hangs.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

const marker = `${(workerData as { readonly place: { readonly folder: string } }).place.folder}/crash`
const how = existsSync(marker) ? readFileSync(marker, 'utf8') : ''
rmSync(marker, { force: true })

parentPort?.on('message', ({ type }: { readonly type: string }) => {
  if (type !== 'reply') return
  if (how === 'exit') process.exit(1)
  if (how === 'throw') throw new Error('on purpose: row of a1')
  if (how === 'memory') {
    const held: string[][] = []
    for (;;) held.push(Array.from({ length: 1e6 }, (_, n) => `${n}`))
  }
  while (how === 'hang') {
    // Until it is ended.
  }
})

await import('../../src/ledger-worker.ts')
