import { expect, test } from 'vitest'
import { whenReachable } from '../../../../src/commands/relay/when-reachable.ts'
import { AxisorError, type ErrorCode, type ExitCode } from '../../../../src/domain/error.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

function rig() {
  const clock = openFakeClock()
  const lines: string[] = []
  const server = { opened: 0, closed: 0 }
  const stop = Promise.withResolvers<ExitCode>()
  const deps = {
    clock,
    interrupted: stop.promise,
    log: {
      info: (event: string, fields = {}) => void lines.push(`${event} ${JSON.stringify(fields)}`),
      warn: (event: string, fields = {}) => void lines.push(`${event} ${JSON.stringify(fields)}`),
      error() {},
    },
    async listen() {
      server.opened += 1
      return {
        port: 8_377,
        async close() {
          server.closed += 1
        },
      }
    },
  }
  return { clock, lines, server, stop, deps }
}

const error = (code: ErrorCode) => new AxisorError(code, `it is ${code}`)

test('listens on nothing and logs nothing if all is there', async () => {
  const { deps, lines, server } = rig()
  expect(await whenReachable(async () => 7, deps)).toEqual({ value: 7, port: null })
  expect([lines, server.opened]).toEqual([[], 0])
})

test.each(['unreachable', 'timeout', 'connection-lost', 'unavailable'] as const)(
  'listens and tries again while it is %s, with one line at the start and one at the end',
  async code => {
    const { clock, deps, lines, server } = rig()
    let attempts = 0
    const found = whenReachable(async () => {
      attempts += 1
      if (attempts <= 6) throw error(code)
      return 7
    }, deps)
    await clock.advance(5_900)
    expect([attempts, server]).toEqual([6, { opened: 1, closed: 0 }])
    await clock.advance(200)
    expect(await found).toEqual({ value: 7, port: 8_377 })
    expect(lines).toEqual([`waiting {"reason":"it is ${code}"}`, 'found {"waitedMs":6000}'])
    expect(server.closed).toBe(1)
  },
)

test.each(['no-credentials', 'config', 'tls', 'usage'] as const)(
  'ends at once for a person to mend: %s',
  async code => {
    const { deps, server } = rig()
    await expect(whenReachable(() => Promise.reject(error(code)), deps)).rejects.toMatchObject({ code })
    expect(server.opened).toBe(0)
  },
)

test('ends with the error that follows a wait, and frees the port', async () => {
  const { clock, deps, server } = rig()
  const codes: ErrorCode[] = ['unreachable', 'config']
  const ended = whenReachable(() => Promise.reject(error(codes.shift() ?? 'usage')), deps)
  const checked = expect(ended).rejects.toMatchObject({ code: 'config' })
  await clock.advance(1_000)
  await checked
  expect(server).toEqual({ opened: 1, closed: 1 })
})

test('listens before the first attempt has ended', async () => {
  const { clock, deps, lines, server } = rig()
  const slow = Promise.withResolvers<number>()
  const found = whenReachable(() => slow.promise, deps)
  await clock.advance(499)
  expect(server.opened).toBe(0)
  await clock.advance(1)
  expect(server.opened).toBe(1)
  slow.resolve(7)
  expect(await found).toEqual({ value: 7, port: 8_377 })
  expect(lines).toEqual([])
})

test.each([0, 5_000])('ends on a signal while it waits (%i ms)', async waitedMs => {
  const { clock, deps, server, stop } = rig()
  const never = new Promise<number>(() => {})
  const ended = whenReachable(() => (waitedMs === 0 ? never : Promise.reject(error('timeout'))), deps)
  await clock.advance(waitedMs)
  stop.resolve(143)
  expect(await ended).toBeNull()
  expect(server.closed).toBe(server.opened)
})

test('logs each change of the reason', async () => {
  const { clock, deps, lines } = rig()
  const reasons = ['the database', 'the database', 'the broker', 'the broker']
  const found = whenReachable(async () => {
    const reason = reasons.shift()
    if (reason !== undefined) throw new AxisorError('unreachable', `cannot reach ${reason}`)
    return 7
  }, deps)
  await clock.advance(4_100)
  expect(await found).toMatchObject({ value: 7 })
  expect(lines).toEqual([
    'waiting {"reason":"cannot reach the database"}',
    'waiting {"reason":"cannot reach the broker"}',
    'found {"waitedMs":4000}',
  ])
})
