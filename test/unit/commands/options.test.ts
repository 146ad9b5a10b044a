import { describe, expect, test } from 'vitest'
import {
  argument,
  type CommandLine,
  choice,
  choiceArgument,
  flag,
  option,
  optionalArgument,
  readOptions,
  textOption,
  withDefault,
} from '../../../src/commands/options.ts'
import { decimal } from '../../../src/config/parsers.ts'

const OPTIONS = {
  json: flag('--json', 'print JSON'),
  port: withDefault(
    option('--port <number>', 'port', decimal(0, 65_535, true), { variable: 'AXISOR_RELAY_PORT' }),
    8377,
  ),
  palette: choice('--palette <name>', 'colors', ['dark', 'light']),
  name: textOption('--name <text>', 'label'),
}

function read(given: Record<string, string | true>, env: Record<string, string> = {}) {
  const line: CommandLine = new Map(Object.entries(given))
  return readOptions({ name: 'relay serve', options: OPTIONS, args: {} }, line, env)
}

describe('readOptions', () => {
  test('returns false, null or the default for absent flags', () => {
    expect(read({})).toEqual({ json: false, port: 8377, palette: null, name: null })
  })

  test('converts the text of flags', () => {
    expect(read({ '--json': true, '--port': '0', '--palette': 'light', '--name': '' })).toEqual({
      json: true,
      port: 0,
      palette: 'light',
      name: '',
    })
  })

  test('prefers a flag to its variable, and a variable to the default', () => {
    const env = { AXISOR_RELAY_PORT: '1' }
    expect(read({ '--port': '2' }, env)).toMatchObject({ port: 2 })
    expect(read({}, env)).toMatchObject({ port: 1 })
  })

  test('ignores an empty variable', () => {
    expect(read({}, { AXISOR_RELAY_PORT: '' })).toMatchObject({ port: 8377 })
  })

  test('ignores a variable that belongs to no flag', () => {
    expect(read({}, { NAME: 'x', AXISOR_PALETTE: 'light' })).toMatchObject({ name: null, palette: null })
  })

  test.each([
    [{ '--port': '1.5' }, {}, 'usage', '--port 1.5: not a whole number from 0 to 65535'],
    [{ '--palette': 'pink' }, {}, 'usage', '--palette pink: not one of dark, light'],
    [
      {},
      { AXISOR_RELAY_PORT: 'x' },
      'config',
      'AXISOR_RELAY_PORT=x (environment): not a whole number from 0 to 65535',
    ],
  ])('names the origin of a bad value: %j %j', (given, env, code, message) => {
    expect(() => read(given as Record<string, string>, env)).toThrow(
      expect.objectContaining({ code, message }),
    )
  })
})

describe('arguments', () => {
  const args = {
    user: argument('<user>', 'user'),
    only: optionalArgument('[only]', 'filter'),
    shell: choiceArgument('<shell>', 'shell', ['bash', 'zsh']),
  }
  const readArguments = (given: Record<string, string>) =>
    readOptions({ name: 'completion', options: {}, args }, new Map(Object.entries(given)), {})

  test('are converted, and null if they are optional and absent', () => {
    expect(readArguments({ '<user>': 'alice', '<shell>': 'zsh' })).toEqual({
      user: 'alice',
      only: null,
      shell: 'zsh',
    })
  })

  test('reject a value that is not listed, with the name of the command', () => {
    expect(() => readArguments({ '<user>': 'alice', '<shell>': 'sh' })).toThrow(
      'completion sh: not one of bash, zsh',
    )
  })
})
