import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/commands/definitions.ts'
import { parse } from '../../src/commands/parse.ts'
import { AxisorError, EXIT } from '../../src/domain/error.ts'
import type { FakeWorld } from '../support/fake-world.ts'
import { fresh, KEY } from '../support/login-world.ts'

/** Returns a record that notes which of its fields are read, and does not let itself be copied. */
function watched(record: Record<string, unknown>, read: Set<string>): Record<string, unknown> {
  return new Proxy(record, {
    get(target, name) {
      read.add(String(name))
      return Reflect.get(target, name)
    },
    ownKeys() {
      throw new Error('the command copies its options record, which hides the options that it reads')
    },
  })
}

/** Runs a command, ends it after a second if it is still running, and returns the options that it has and those that it has read. */
async function optionsOf(world: FakeWorld, line: readonly string[]) {
  const parsed = parse(line, world.version, 80)
  if (parsed.kind !== 'command') throw new Error(`not a command: ${line.join(' ')}`)
  const command = await parsed.definition.load()
  const record = command.readOptions(parsed.given, world.env)
  const read = new Set<string>()
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<typeof EXIT.interrupted>()
  // A failure of the command is no failure of the test: most options are read before it.
  const ended = command.run(watched(record, read), { ...world, interrupted }).catch(error => {
    if (!(error instanceof AxisorError)) throw error
  })
  for (let i = 0; i < 10; i += 1) await world.clock.advance(100)
  interrupt(EXIT.interrupted)
  await ended
  return { defined: Object.keys(record), read }
}

const ADD_BELL = ['alerts', 'channel', 'add', 'bell']

const ALICE = ['relay', 'user', 'add', 'alice']

/** A command about the alerts of a user, and the one before it. */
const alertsOfAlice = (command: string, ...rest: readonly string[]) => [
  ALICE,
  ['relay', 'alerts', ...command.split(' '), 'alice', ...rest],
]

/** Command lines that read every option, by command. Only the last line counts, the others prepare it. */
const LINES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ...Object.fromEntries(COMMANDS.map(({ name }) => [name, [name.split(' ')]])),
  login: [['login', '--with-stdin']],
  logout: [['logout', '--all']],
  watch: [['watch', '--plain']],
  check: [['check', '--demo']],
  whatif: [['whatif', '--price', '60000']],
  size: [['size', '--risk', '1%', '--stop', '67000']],
  'alerts ack': [['alerts', 'ack', 'all']],
  'alerts channel add': [ADD_BELL],
  'alerts channel remove': [ADD_BELL, ['alerts', 'channel', 'remove', 'bell']],
  'alerts snooze': [['alerts', 'snooze', '1h']],
  'profiles use': [['profiles', 'use', 'main']],
  completion: [['completion', 'bash']],
  story: [['story', '1f0c']],
  'ledger import': [['ledger', 'import', 'ledger.jsonl']],
  'relay serve': [
    // Ends before it listens: there is no token for the upstream relay.
    ['relay', 'serve', '--host', '0.0.0.0', '--insecure-listen', '--upstream-relay', 'wss://relay.home'],
  ],
  'relay backup': [['relay', 'backup', 'relay-copy.db']],
  'relay restore': [['relay', 'restore', 'relay-copy.db']],
  'relay user add': [ALICE],
  'relay user remove': [ALICE, ['relay', 'user', 'remove', 'alice']],
  'relay token issue': [ALICE, ['relay', 'token', 'issue', 'alice']],
  'relay token revoke': [['relay', 'token', 'revoke', 'axr_0f3a9c51']],
  'relay alerts show': alertsOfAlice('show'),
  'relay alerts rules set': alertsOfAlice('rules set'),
  'relay alerts channel add': alertsOfAlice('channel add', 'ntfy'),
  'relay alerts channel remove': alertsOfAlice('channel remove', 'phone'),
  'relay alerts heartbeat set': alertsOfAlice('heartbeat set'),
  'relay alerts heartbeat remove': alertsOfAlice('heartbeat remove'),
  'relay alerts test': alertsOfAlice('test'),
  'relay alerts list': alertsOfAlice('list'),
  'relay alerts ack': alertsOfAlice('ack', 'all'),
  'relay alerts log': alertsOfAlice('log'),
  'relay credentials retry': [ALICE, ['relay', 'credentials', 'retry', 'alice']],
  'relay credentials set': [ALICE, ['relay', 'credentials', 'set', 'alice', '--with-stdin']],
}

describe('a command reads every option that it defines', () => {
  test.each(Object.keys(LINES))('axisor %s', async name => {
    const world = fresh()
    ;(world.terminal.stdin as unknown as NodeJS.WritableStream).end(KEY)
    const lines = LINES[name] ?? []
    for (const line of lines.slice(0, -1)) expect(await world.run(...line)).toBe(0)
    const { defined, read } = await optionsOf(world, lines.at(-1) ?? [])
    const definition = COMMANDS.find(each => each.name === name)
    expect(defined).toHaveLength((definition?.options.length ?? 0) + (definition?.args.length ?? 0))
    expect(defined.filter(option => !read.has(option))).toEqual([])
  })
})
