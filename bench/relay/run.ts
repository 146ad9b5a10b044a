// `npm run bench:relay`: the costs of a relay, beside a raw socket and a naive implementation. Server and clients are
// processes of their own. Figures never fail it, because they depend on the machine. Arguments select the parts whose
// title contains one.
import { type Result, resultLine } from '../result.ts'
import { dropped, killed, overHttp, refreshes } from './coming-back.ts'
import { fanOut } from './fan-out.ts'
import { idle } from './program.ts'

/** Files that a process has open besides sockets. */
const OTHER_FILES = 100

/** A young generation of the heap that stays small: less memory, more collections. */
const SMALL_YOUNG = '--max-semi-space-size=8'

/** The number of sockets that one process may open here. */
function mostSockets(): number {
  const report = process.report?.getReport() as
    | { userLimits?: { open_files?: { soft?: unknown } } }
    | undefined
  const soft = report?.userLimits?.open_files?.soft
  return typeof soft === 'number' ? soft - OTHER_FILES : Number.POSITIVE_INFINITY
}

async function print(title: string, clients: number, work: () => Promise<readonly Result[]>): Promise<void> {
  const wanted = process.argv.slice(2)
  if (wanted.length > 0 && !wanted.some(word => title.includes(word))) return
  console.log(`\n${title}`)
  if (clients > mostSockets())
    return console.log(
      `  left out: one process may have ${mostSockets()} sockets here; say ulimit -n ${clients + OTHER_FILES} before`,
    )
  for (const result of await work()) console.log(`  ${resultLine(result)}`)
}

console.log(
  'raw, naive and relay tell again as soon as the last message has left. A relay in service waits for the longer of 50 ms and twice',
)
console.log(
  'what telling took, joins what comes meanwhile, and so delivers what "paced" does, with up to that much delay.',
)
for (const clients of [100, 1_000, 5_000])
  await print(`Telling ${clients} clients messages of 1 KiB`, clients, () => fanOut(clients))
await print('Asking for fresh data', 40, refreshes)
await print('Asking over HTTP, and coming back', 20, overHttp)
await print('Losing everybody', 2_000, () => dropped(2_000))
await print('Killed and started again', 2_000, () => killed(2_000))
await print('Keeping many', 10_000, () => idle(10_000, ''))
await print(`Keeping many, with NODE_OPTIONS=${SMALL_YOUNG}`, 10_000, () => idle(10_000, SMALL_YOUNG))
