import { beforeEach, describe, expect, test, vi } from 'vitest'
import { COMMANDS } from '../../src/commands/definitions.ts'
import { fresh, KEY } from '../support/login-world.ts'

/** Names of the options that the last command could read, and of those that it has read. */
const seen = vi.hoisted(() => ({ defined: new Set<string>(), read: new Set<string>() }))

vi.mock('../../src/commands/options.ts', async importOriginal => {
  const original = await importOriginal<typeof import('../../src/commands/options.ts')>()
  return {
    ...original,
    readOptions(...parts: Parameters<typeof original.readOptions>) {
      const record = original.readOptions(...parts)
      seen.defined = new Set(Object.keys(record))
      seen.read = new Set()
      return new Proxy(record, {
        get(target, name) {
          seen.read.add(String(name))
          return Reflect.get(target, name)
        },
        ownKeys() {
          throw new Error('the command copies its options record, which hides the options that it reads')
        },
      })
    },
  }
})

const ALICE = ['relay', 'user', 'add', 'alice']

/** Command lines that read every option, by command. Only the last line counts, the others prepare it. */
const LINES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ...Object.fromEntries(COMMANDS.map(({ name }) => [name, [name.split(' ')]])),
  login: [['login', '--with-stdin']],
  logout: [['logout', '--all']],
  watch: [['watch', '--plain']],
  check: [['check', '--demo']],
  'profiles use': [['profiles', 'use', 'main']],
  completion: [['completion', 'bash']],
  'relay serve': [
    // Ends before it listens: there is no token for the upstream relay.
    ['relay', 'serve', '--host', '0.0.0.0', '--insecure-listen', '--upstream-relay', 'wss://relay.home'],
  ],
  'relay user add': [ALICE],
  'relay user remove': [ALICE, ['relay', 'user', 'remove', 'alice']],
  'relay token issue': [ALICE, ['relay', 'token', 'issue', 'alice']],
  'relay token revoke': [['relay', 'token', 'revoke', 'axr_0f3a9c51']],
  'relay credentials set': [ALICE, ['relay', 'credentials', 'set', 'alice', '--with-stdin']],
}

describe('a command reads every option that it defines', () => {
  beforeEach(() => {
    seen.defined = new Set()
  })

  test.each(Object.keys(LINES))('axisor %s', async name => {
    const world = fresh()
    ;(world.terminal.stdin as unknown as NodeJS.WritableStream).end(KEY)
    for (const line of LINES[name] ?? []) {
      const running = await world.start(...line)
      await world.clock.advance(1_000)
      world.signal('SIGINT')
      await running.ended()
    }
    const definition = COMMANDS.find(each => each.name === name)
    expect(seen.defined.size).toBe((definition?.options.length ?? 0) + (definition?.args.length ?? 0))
    expect([...seen.defined].filter(option => !seen.read.has(option))).toEqual([])
  })
})
