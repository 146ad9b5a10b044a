// The old system's test of reconnects: five cuts, each until data arrives again.
import { OldClient, withRelay } from './client.ts'
import { OLD, row, spread, title } from './figures.ts'

const RECONNECTS = 5
const LIMIT_MS = 2_000

await withRelay(async target => {
  let client = new OldClient(target)
  await client.next('connection')
  const times: number[] = []
  for (let i = 0; i < RECONNECTS; i += 1) {
    client.cut()
    const from = performance.now()
    client = new OldClient(target)
    await client.next('connection')
    await client.refresh()
    times.push(performance.now() - from)
  }
  await client.close()
  const inTime = times.filter(ms => ms < LIMIT_MS).length
  title(`Reconnects: ${RECONNECTS} cuts, until data arrives again`)
  row('under 2 s', OLD.reconnects, `${inTime} of ${RECONNECTS}, under 2 s`)
  row('time', '', spread(times))
  if (inTime < RECONNECTS) process.exitCode = 1
})
