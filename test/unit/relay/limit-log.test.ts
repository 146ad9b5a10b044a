import { expect, test } from 'vitest'
import { LimitLog } from '../../../src/relay/limit-log.ts'
import { openFakeClock } from '../../support/fake-clock.ts'
import { openLiveRelayRig } from '../../support/relay-rig.ts'

function openLog() {
  const clock = openFakeClock(0)
  const lines: unknown[] = []
  const log = new LimitLog(clock, { warn: (event, fields) => lines.push([event, fields]) })
  return { clock, lines, log }
}

const line = (limit: string, count: number, more = {}) => ['refused by a limit', { limit, count, ...more }]

test('logs the first refusal at once, and those after it once a minute with their number', async () => {
  const { clock, lines, log } = openLog()
  for (let n = 0; n < 100; n += 1) log.record('address')
  expect(lines).toEqual([line('address', 1)])
  await clock.advance(59_000)
  expect(lines).toHaveLength(1)
  await clock.advance(1_000)
  expect(lines[1]).toEqual(line('address', 99))
  await clock.advance(600_000)
  expect(lines).toHaveLength(2)
  log.record('address', 'ann')
  expect(lines[2]).toEqual(line('address', 1, { user: 'ann' }))
  expect(log.counts.get('address')).toBe(101)
})

test('logs each limit apart, and the rest when it is closed', () => {
  const { lines, log } = openLog()
  log.record('messages', 'ann')
  log.record('requests')
  log.record('requests')
  log.close()
  expect(lines).toEqual([line('messages', 1, { user: 'ann' }), line('requests', 1), line('requests', 1)])
})

test('names the limit of connections and messages that refused a client', async () => {
  const { relay, connect, token, first, logged } = await openLiveRelayRig({ perToken: 1, messageBurst: 3 })
  await connect(token)
  for (let n = 0; n < 10; n += 1) first.session?.receive('{"type":"ping","t":1}')
  const lines = logged.filter(text => text.includes('refused by a limit'))
  expect(lines).toEqual([
    '["refused by a limit",{"limit":"token","count":1,"user":"ann"}]',
    '["refused by a limit",{"limit":"messages","count":1,"user":"ann"}]',
  ])
  await relay.stop()
})
