// The old system's `stress-test.js`: 20 connections at once, each of which receives data; and what the relay then costs.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { residentMiB } from '../relay/program.ts'
import { OldClient, withRelay } from './client.ts'
import { OLD, row, spread, title } from './figures.ts'

const CONNECTIONS = 20
const CPU_MS = 5_000

/** Linux counts CPU time in hundredths of a second. */
const MS_PER_TICK = 10

function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK
}

await withRelay(async target => {
  // The account is watched already, as in the old system's test.
  const first = new OldClient(target)
  await first.next('connection')
  await first.refresh()
  const clients = Array.from({ length: CONNECTIONS }, () => new OldClient(target))
  const from = performance.now()
  const results = await Promise.allSettled(
    clients.map(async client => {
      await client.next('connection')
      await client.refresh()
      return performance.now() - from
    }),
  )
  const times = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  title(`Stress: ${CONNECTIONS} connections at once`)
  row('connections', OLD.connections, `${times.length} of ${CONNECTIONS} connected, each with data`)
  row('until a client has data', '', spread(times))
  if (target.pid !== null) {
    const before = cpuMs(target.pid)
    await sleep(CPU_MS)
    const share = ((cpuMs(target.pid) - before) / CPU_MS) * 100
    row('CPU while they are connected', OLD.cpu, `${share.toFixed(2)} % (with its simulated exchange)`)
    row('memory', OLD.memory, `${residentMiB(target.pid).toFixed(0)} MiB (with its simulated exchange)`)
  }
  for (const client of [first, ...clients]) client.cut()
  if (times.length < CONNECTIONS) process.exitCode = 1
})
