// The old system's `test-websocket-integration.js`: opens, sends `refresh_data`, prints `data.positions.length` of the answer.
import { OldClient, withRelay } from './client.ts'
import { OLD, row, title } from './figures.ts'

await withRelay(async target => {
  const client = new OldClient(target)
  await client.next('connection')
  const { data } = await client.refresh()
  await client.close()
  title('Integration')
  row(
    'positions',
    OLD.integration,
    `${data?.positions?.length ?? 'unknown'} of ${data?.user.username ?? 'an unknown user'}`,
  )
  if (!Array.isArray(data?.positions)) process.exitCode = 1
})
