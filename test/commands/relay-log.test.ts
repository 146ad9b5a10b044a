import { expect, test } from 'vitest'
import { bugText, unawaitedFailure } from '../../src/commands/run.ts'
import { AxisorError } from '../../src/domain/error.ts'
import { fresh } from '../support/login-world.ts'
import { withUsers } from '../support/relay-users.ts'

const SERVE = ['relay', 'serve', '--upstream-relay', 'wss://relay.example']

test('a relay ends with a line of its log if stderr is no terminal', async () => {
  const world = await withUsers()
  expect(await world.run(...SERVE)).toBe(4)
  expect(
    world
      .err()
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line)),
  ).toEqual([
    {
      level: 'fatal',
      time: '2026-11-23T18:00:00.000Z',
      code: 'no-credentials',
      hint: 'Set AXISOR_RELAY_TOKEN; the operator of that relay issues tokens.',
      exitCode: 4,
      event: 'no token for the upstream relay',
    },
  ])
})

test('a relay prints its error as text on a terminal, as other commands do everywhere', async () => {
  const onTerminal = await withUsers({ terminal: true })
  expect(await onTerminal.run(...SERVE)).toBe(4)
  expect(onTerminal.err()).toMatch(/^axisor: no token for the upstream relay\. Set/)
  const other = fresh()
  expect(await other.run('relay', 'token', 'issue', 'alice')).toBe(2)
  expect(other.err()).toMatch(/^axisor: no such user/)
})

test('every line has a priority in the journal of systemd', async () => {
  const world = fresh({ journal: true })
  expect(await world.run(...SERVE)).toBe(4)
  // A relay without users warns first.
  const chained = world.err().split('\n').slice(0, -1)
  expect(chained.map(line => line.slice(0, 13))).toEqual(['<2>{"level":"'])
  expect(await world.run('relay', 'serve', '--no-such-flag')).toBe(2)
  expect(world.err()).toMatch(/\n<2>\{"level":"fatal",.*no-such-flag/)
})

test('a bug is one line of the log of a relay, with its stack', () => {
  const world = fresh()
  const line = bugText('this is a bug', 'TypeError: x\n    at y', SERVE, world)
  expect(JSON.parse(line)).toMatchObject({ level: 'fatal', stack: 'TypeError: x\n    at y', exitCode: 1 })
  expect(line.match(/\n/g)).toHaveLength(1)
  expect(bugText('this is a bug', 'TypeError: x', ['snapshot'], world)).toBe(
    'axisor: this is a bug\nTypeError: x\n',
  )
  const failure = unawaitedFailure(new AxisorError('config', 'the disk is full'), SERVE, world)
  expect(JSON.parse(failure?.text ?? '')).toMatchObject({ event: 'the disk is full', exitCode: 2 })
  expect(unawaitedFailure(new TypeError('x'), SERVE, world)).toBeNull()
})
