import { describe, expect, test } from 'vitest'
import { SHELLS } from '../../src/commands/completion/options.ts'
import { COMMANDS } from '../../src/commands/definitions.ts'
import { openFakeWorld } from '../support/fake-world.ts'
import { fresh, READER, withStdin } from '../support/login-world.ts'

async function outcome(...argv: readonly string[]) {
  const world = openFakeWorld({ terminal: true })
  const code = await world.run(...argv)
  return { code, out: world.out(), err: world.err() }
}

async function loginOutcome(argv: readonly string[]) {
  const world = fresh()
  const code = await withStdin(world, JSON.stringify(READER), ...argv)
  return { code, err: world.err() }
}

describe.each(SHELLS)('axisor completion %s', shell => {
  test('prints a script with every command and every flag', async () => {
    const { code, out, err } = await outcome('completion', shell)
    expect([code, err]).toEqual([0, ''])
    const words = COMMANDS.flatMap(({ name, options }) => [
      ...name.split(' '),
      ...options.map(({ flags }) => flags.split(' ')[0]?.replace(/^--/, '') ?? ''),
    ])
    expect(words.filter(word => !new RegExp(`(?<![\\w])${word}(?![\\w])`).test(out))).toEqual([])
    expect(out).toMatch(/[^\n]\n$/)
  })

  test('names the shell and the command that made the script', async () => {
    const { out } = await outcome('completion', shell)
    expect(out).toContain(`# ${shell} completion for axisor, made by: axisor completion ${shell}\n`)
  })
})

test('rejects an unknown shell', async () => {
  const { code, out, err } = await outcome('completion', 'powershell')
  expect(err).toBe('axisor: completion powershell: not one of bash, zsh, fish\n')
  expect([code, out]).toEqual([2, ''])
})

test('rejects a missing shell', async () => {
  const { code, err } = await outcome('completion')
  expect(err).toMatch(/missing required argument 'shell'\. Run axisor completion --help\.\n$/)
  expect(code).toBe(2)
})

describe('the values offered for a flag', () => {
  const cases = COMMANDS.flatMap(({ name, args = [], options }) =>
    options.flatMap(({ flags, values }) =>
      values === undefined ? [] : [{ command: name, args, flag: flags.split(' ')[0] ?? '', values }],
    ),
  )

  test('are those that the command accepts', async () => {
    expect(cases.length).toBeGreaterThan(10)
    for (const { command, args, flag, values } of cases) {
      // The scenario of a relay is only read beside --demo.
      const more = command === 'relay serve' && flag === '--scenario' ? ['--demo'] : []
      const words = [...args.map(() => 'alice'), ...more, flag, 'no-such-value']
      const { code, err } =
        command === 'login' ? await loginOutcome(words) : await outcome(...command.split(' '), ...words)
      const [, listed] =
        /(?:not one of|Known scenarios:|not a list of) (.+?)\.?( As in .*)?\n$/.exec(err) ?? []
      expect({ command, flag, code, listed: listed?.split(/, | and /) }).toEqual({
        command,
        flag,
        code: 2,
        listed: values.filter(value => !value.includes(',')),
      })
    }
  })
})
