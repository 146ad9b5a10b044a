import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openRandom } from '../../src/node/random.ts'
import { openRelayStore } from '../../src/node/relay-store/open.ts'
import { type PostgresServer, startPostgres } from '../services/postgres.ts'
import { fresh, ownFile, READER, WRITER } from '../support/login-world.ts'

const TOPIC = 'https://ntfy.example/canary-topic-7f3a'
const PING = 'https://hc.example/canary-ping-7f3a'

/** Values that must not be found: the keys, the secrets of alerts, and the tokens of a run. */
const CANARIES = [
  ...[READER.secret, READER.passphrase, WRITER.secret, WRITER.passphrase],
  ...[TOPIC, PING, 'canary-topic-7f3a', 'canary-ping-7f3a'],
]

const MASTER = 'd00d'.repeat(16)

/** Runs every command that handles a secret, with success and failure. Returns all output, and the tokens, which are printed once each. */
async function everything(database: string) {
  const output: string[] = []
  const tokens: string[] = []
  const files = { '/key': ownFile(MASTER) }
  const env = { AXISOR_RELAY_DATABASE: database, AXISOR_RELAY_MASTER_KEY_FILE: '/key' }
  const run = async (argv: readonly string[], text?: string, terminal = false) => {
    const world = fresh({
      env,
      files,
      terminal,
      hex: openRandom().hex,
      openRelayStore: (each, use) => openRelayStore(each, use, {}),
    })
    const running = await world.start('relay', ...argv)
    if (text !== undefined) (world.terminal.stdin as unknown as NodeJS.WritableStream).end(text)
    let code = running.code()
    // A real database takes real time; `ended` advances the fake clock.
    while (code === null) {
      await new Promise(resolve => setImmediate(resolve))
      await world.clock.advance(1)
      code = running.code()
    }
    output.push(world.err(), world.prompted())
    if (argv[1] !== 'issue') output.push(world.out())
    else tokens.push(/axr_[0-9a-f]{64}/.exec(world.out())?.[0] ?? 'no token was printed')
    return code
  }
  const set = ['credentials', 'set', 'alice', '--with-stdin']
  const codes = [
    await run(['user', 'add', 'alice']),
    await run(set, JSON.stringify(READER)),
    await run(set, JSON.stringify(WRITER)),
    await run(set, JSON.stringify({ ...READER, passphrase: 1 })),
    await run(['token', 'issue', 'alice']),
    await run(['token', 'issue', 'alice', '--json']),
    await run(['token', 'issue', 'alice'], undefined, true),
    await run(['token', 'list']),
    await run(['token', 'list'], undefined, true),
    await run(['user', 'list']),
    await run(['user', 'list'], undefined, true),
    await run(['token', 'revoke', tokens[0] ?? '']),
    await run(['alerts', 'channel', 'add', 'alice', 'ntfy', '--secret-stdin'], TOPIC),
    await run(['alerts', 'channel', 'add', 'alice', 'slack', '--secret-stdin'], `http://${TOPIC}`),
    await run(['alerts', 'heartbeat', 'set', 'alice', '--secret-stdin'], PING),
    await run(['alerts', 'show', 'alice']),
    await run(['alerts', 'show', 'alice'], undefined, true),
    await run(['alerts', 'test', 'alice']),
    await run(['alerts', 'log', 'alice']),
    await run(['alerts', 'channel', 'remove', 'alice', 'ntfy']),
    // Each command has files of its own: the new master key is lost with them.
    await run(['credentials', 'rotate']),
    await run(['user', 'list', '--database', database.replace(/@/, ':@')]),
  ]
  return { codes, output: output.join('\n'), tokens }
}

/** Of all commands but the last. */
const CODES = [0, 0, 4, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0]

function expectClean(text: string, tokens: readonly string[]): void {
  expect(text.length).toBeGreaterThan(100)
  expect(new Set(tokens).size).toBe(3)
  for (const canary of [...CANARIES, MASTER, ...tokens]) {
    expect(canary.length).toBeGreaterThan(8)
    expect(text).not.toContain(canary)
  }
}

describe('a secret is in no output and in no database', () => {
  test('with SQLite: no byte sequence of any file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'axisor-canary-'))
    try {
      const { codes, output, tokens } = await everything(`sqlite:${join(folder, 'relay.db')}`)
      expect(codes.slice(0, -1)).toEqual(CODES)
      expectClean(output, tokens)
      const bytes = readdirSync(folder).map(name => readFileSync(join(folder, name), 'latin1'))
      expect(bytes.join('')).toContain('alice')
      expectClean(bytes.join(''), tokens)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  describe.runIf(inject('services').postgres)('with a PostgreSQL (needs its programs)', () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres()
    }, 60_000)
    afterAll(() => server?.stop())

    test('no dump, and no output contains its password', async () => {
      const url = await server.createDatabase()
      const { codes, output, tokens } = await everything(url)
      expect(codes).toEqual([...CODES, 2])
      expectClean(output, tokens)
      expect(output).not.toContain(server.password)
      expect(output).not.toContain(encodeURIComponent(server.password))
      const dump = server.dump(new URL(url).pathname.slice(1))
      expect(dump).toContain('alice')
      expectClean(dump, tokens)
    })
  })
})
