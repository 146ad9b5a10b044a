// `npm run bench:relay`: the costs of a relay, beside a raw socket and a naive implementation. Server and clients are
// processes of their own. Figures never fail it, because they depend on the machine. Arguments select the parts whose
// title contains one.
import { type Result, resultLine } from '../result.ts'
import { fanOut } from './fan-out.ts'
import { idle } from './program.ts'
import { dropped, killed, overHttp, refreshes } from './reconnect.ts'

/** Files that a process has open besides sockets. */
const OTHER_FILES = 100

/** The number of sockets that one process may open here. */
function maxSockets(): number {
  const report = process.report?.getReport() as
    | { userLimits?: { open_files?: { soft?: unknown } } }
    | undefined
  const soft = report?.userLimits?.open_files?.soft
  return typeof soft === 'number' ? soft - OTHER_FILES : Number.POSITIVE_INFINITY
}

async function print(title: string, clients: number, work: () => Promise<readonly Result[]>): Promise<void> {
  const filters = process.argv.slice(2)
  if (filters.length > 0 && !filters.some(filter => title.includes(filter))) return
  console.log(`\n${title}`)
  if (clients > maxSockets())
    return console.log(
      `  skipped: the limit is ${maxSockets()} sockets per process; run ulimit -n ${clients + OTHER_FILES} first`,
    )
  for (const result of await work()) console.log(`  ${resultLine(result)}`)
}

console.log(
  'raw, naive and relay broadcast again as soon as the last message was sent. A relay in service waits for the longer of 50 ms and 1.1 times',
)
console.log(
  'the duration of the broadcast and merges later changes, so it delivers what "paced" does, with up to that delay.',
)
for (const clients of [100, 1_000, 5_000])
  await print(`Broadcasting messages of 1 KiB to ${clients} clients`, clients, () => fanOut(clients))
await print('Requesting fresh data', 40, refreshes)
await print('Requests over HTTP, and reconnecting', 20, overHttp)
await print('Dropping all clients', 2_000, () => dropped(2_000))
await print('Kill and restart', 2_000, () => killed(2_000))
await print('Idle clients', 10_000, () => idle(10_000))
