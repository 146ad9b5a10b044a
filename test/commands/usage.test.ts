import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import { openFakeWorld } from '../support/fake-world.ts'

const CONFIG = '/home/trader/.config/axisor/config.json'

/** Runs a command and returns its exit code and output. */
async function outcome(argv: readonly string[], options: Parameters<typeof openFakeWorld>[0] = {}) {
  const world = openFakeWorld(options)
  const code = await world.run(...argv)
  expect(world.listeners()).toBe(0)
  return { code, out: world.out(), err: world.err() }
}

describe.each([true, false])('on a terminal: %s', terminal => {
  test.each([['--help'], ['-h'], ['help'], []])(
    'lists every command in the help and exits 0 (%s)',
    async (...argv) => {
      const { code, out, err } = await outcome(argv, { terminal })
      expect(code).toBe(0)
      expect(err).toBe('')
      for (const name of ['demo', 'watch', 'snapshot', 'line', 'check', 'schema', 'sim'])
        expect(out).toMatch(new RegExp(`^  ${name}`, 'm'))
    },
  )

  test('prints help with an example for every command', async () => {
    const commands = [
      'demo',
      'watch',
      'snapshot',
      'positions',
      'orders',
      'account',
      'market',
      'line',
      'check',
      'schema',
    ]
    for (const argv of [...commands.map(name => [name]), ['sim', 'serve']]) {
      const { code, out } = await outcome([...argv, '--help'], { terminal })
      expect(code).toBe(0)
      expect(out).toContain(`Usage: axisor ${argv.join(' ')}`)
      expect(out).toContain('Examples:\n  axisor')
    }
  })

  test('lists subcommands in the help of a command, and names it in errors', async () => {
    const help = await outcome(['profiles', '--help'], { terminal })
    expect(help.out).toMatch(/^ {2}use .*<name>/m)
    const misused = await outcome(['profiles', 'usee'], { terminal })
    expect(misused.code).toBe(2)
    expect(misused.err).toMatch(/Run axisor profiles --help\.\n$/)
  })

  test('prints the version as one line', async () => {
    expect(await outcome(['--version'], { terminal })).toEqual({ code: 0, out: '1.2.3\n', err: '' })
  })
})

describe('wrong usage exits 2 with one line on stderr', () => {
  test.each([
    [['snapshto'], /unknown command 'snapshto'. \(?Did you mean snapshot\?\)? Run axisor --help\./],
    [
      ['snapshot', '--jsn'],
      /unknown option '--jsn'. \(?Did you mean --json\?\)? Run axisor snapshot --help\./,
    ],
    [['snapshot', '--format'], /--format <name>' argument missing/],
    [['snapshot', '--format', 'xml'], /--format xml: not one of json, csv, prom, line, text/],

    [
      ['snapshot', '--fields', 'totals.equity'],
      /no field totals.equity\. Did you mean totals.equityUsd or totals.equitySats/,
    ],
    [['snapshot', '--fields', 'equitySats'], /no field equitySats\. Did you mean totals.equitySats\?/],
    [['snapshot', '--fields', 'asOf', '--format', 'prom'], /--fields is for JSON output, not for prom/],
    [['snapshot', '--timeout', '10'], /--timeout 10: not a duration such as 500ms, 2s or 5m/],
    [['snapshot', '--network', 'testnet'], /--network testnet: not one of mainnet, signet/],
    [['snapshot', '--api-url', 'http://example.com/v3'], /http:\/\/ is allowed for this machine/],
    [['snapshot', '--stream-url', 'ws://example.com/v1'], /ws:\/\/ is allowed for this machine/],
    [
      ['snapshot', '--api-url', 'https://user:hunter2@example.com/v3'],
      /--api-url https:\/\/•••@example.com\/v3: not .*without a user name or password/,
    ],
    [
      ['snapshot', '--api-url', 'https://example.com/v3'],
      /the API address is set, but the stream address is not/,
    ],
    [
      ['relay', 'serve', '--scenario', 'calm'],
      /"hint":"Add --demo\.".*"event":"--scenario is for the simulated exchange only"/,
    ],
    [
      ['relay', 'serve', '--connections', 'token=4,all=0'],
      /--connections all=0: not a whole number from 1 to 1000000/,
    ],
    [['snapshot', '--demo', '--direct'], /--demo and --direct exclude each other/],
    [['snapshot', '--demo', '--api-url', 'http://127.0.0.1:1/v3'], /--demo and --api-url exclude each other/],

    [['watch', '--interval', '1ms'], /--interval 1ms: not a duration from 100ms/],
    [['demo', '--scenario', 'crush'], /unknown scenario: crush\. Did you mean crash\?/],
    [['check', '--liq', '5%'], /--liq 5%: not a number from 0 to 100/],
    [['sim', 'serve', '--port', '99999'], /--port 99999: not a whole number from 0 to 65535/],
    [['sim'], /axisor sim needs a command. Run axisor sim --help/],
    [['snapshot', 'now'], /too many arguments .* got 1: now\. Run axisor snapshot/],
  ])('axisor %s', async (argv, message) => {
    const { code, out, err } = await outcome(argv)
    expect(err).toMatch(message)
    // The log of a relay is JSON, its last line too.
    expect(err).toMatch(argv[0] === 'relay' ? /^\{"level":"fatal"[^\n]+\n$/ : /^axisor: [^\n]+\n$/)
    expect(out).toBe('')
    expect(code).toBe(2)
  })

  test.each(['--api-key', '--secret', '--api-secret', '--passphrase', '--password', '--token', '--key'])(
    'rejects a secret in the command line without repeating it (%s)',
    async flag => {
      for (const argv of [
        ['snapshot', `${flag}=hunter2`],
        ['snapshot', flag, 'hunter2'],
      ]) {
        const { code, out, err } = await outcome(argv)
        expect(err).toMatch(
          /rejected: other users of this machine can read the command line\. Run axisor login, or set AXISOR_API_KEY/,
        )
        expect(err).not.toContain('hunter2')
        expect([code, out]).toEqual([2, ''])
      }
    },
  )

  test('does not repeat a value after an equals sign', async () => {
    const { err } = await outcome(['snapshot', '--sekret=hunter2'])
    expect(err).toContain("unknown option '--sekret'")
    expect(err).not.toContain('hunter2')
  })

  test('prints the error as one JSON object with --json', async () => {
    const { code, out, err } = await outcome(['snapshot', '--json', '--timeout', 'soon'])
    expect(JSON.parse(err)).toEqual({
      error: {
        code: 'usage',
        message: '--timeout soon: not a duration such as 500ms, 2s or 5m',
        hint: null,
        retryable: false,
        exitCode: 2,
      },
    })
    expect([code, out]).toEqual([2, ''])
  })
})

describe('a bad setting exits 2 and is named by its origin:', () => {
  test('the environment', async () => {
    const { code, err } = await outcome(['watch', '--json'], { env: { AXISOR_INTERVAL: 'abc' } })
    expect(err).toContain(
      '"message":"AXISOR_INTERVAL=abc (environment): not a duration such as 500ms, 2s or 5m"',
    )
    expect(code).toBe(2)
  })

  test.each([
    ['{"interval": "abc"}', `interval in ${CONFIG}: abc: not a duration such as 500ms, 2s or 5m`],
    ['{"interval": 5}', `${CONFIG}: interval must be a string in double quotes`],
    ['{"intervall": "5s"}', `${CONFIG}: unknown setting intervall, did you mean interval?`],
    ['{"apiSecret": "hunter2"}', `${CONFIG}: apiSecret is not allowed: this file must not contain secrets`],
    ['{"theme": "blue"}', `theme in ${CONFIG}: blue: not one of auto, dark, light, colorblind, mono`],
    [
      '{"colors": {"gain": "blue", "loss": "#ff87"}}',
      `colors.loss in ${CONFIG}: #ff87: not a color: #rrggbb, a name such as red or bright-blue, or a number from 0 to 255`,
    ],
    ['{"colors": {"loss": 256}}', `colors.loss in ${CONFIG}: 256: not a color: #rrggbb`],
    ['{"colors": {"lost": "red"}}', `${CONFIG}: unknown setting colors.lost, did you mean colors.loss?`],
    ['{"colors": {"loss": true}}', `${CONFIG}: colors.loss must be a color in double quotes, or a number`],
    ['{"colors": "red"}', `${CONFIG}: colors must be an object of colors, such as {"loss": "#ff8700"}`],
    ['[]', `${CONFIG}: is not a JSON object`],
    ['{"interval"', `${CONFIG}: is not valid JSON`],
  ])('the config file %s', async (text, message) => {
    const { code, out, err } = await outcome(['snapshot'], {
      files: { [CONFIG]: { text, othersMayWrite: false, othersMayRead: true } },
    })
    expect(err).toContain(`axisor: ${message}`)
    expect(err).not.toContain('hunter2')
    expect([code, out]).toEqual([2, ''])
  })

  test('a config file that other users can write', async () => {
    const files = {
      [CONFIG]: { text: '{"apiUrl":"https://evil.example/v3"}', othersMayWrite: true, othersMayRead: true },
    }
    const { code, err } = await outcome(['snapshot'], { files })
    expect(err).toBe(`axisor: ${CONFIG} is writable by other users. Run chmod go-w on it.\n`)
    expect(code).toBe(2)
  })

  test('an unreadable config file', async () => {
    const files = {
      [CONFIG]: new AxisorError('config', `cannot read ${CONFIG}: permission denied`, {
        hint: 'Correct it.',
      }),
    }
    const { code, err } = await outcome(['snapshot'], { files })
    expect(err).toBe(`axisor: cannot read ${CONFIG}: permission denied. Correct it.\n`)
    expect(code).toBe(2)
  })
})
