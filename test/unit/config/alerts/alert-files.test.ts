import { describe, expect, test } from 'vitest'
import {
  changeChannels,
  readAlertSettings,
  readChannels,
  sectionOf,
} from '../../../../src/config/alerts/alert-files.ts'
import { DEFAULT_ALERT_SETTINGS, NO_CHANNELS } from '../../../../src/domain/alerts/settings.ts'
import { AxisorError } from '../../../../src/domain/error.ts'
import { type FakeWorld, openFakeWorld } from '../../../support/fake-world.ts'
import { ownFile } from '../../../support/login-world.ts'

const FOLDER = '/home/trader/.config/axisor'
const ALERTS = `${FOLDER}/alerts.json`
const CHANNELS = `${FOLDER}/channels.json`

const worldWith = (files: Readonly<Record<string, string>>): FakeWorld =>
  openFakeWorld({
    files: Object.fromEntries(Object.entries(files).map(([path, text]) => [path, ownFile(text)])),
  })

const ONE = '{ "profiles": { "main": { "channels": { "phone": { "type": "ntfy" } } } } }'

async function failureOf(work: Promise<unknown>): Promise<AxisorError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof AxisorError) return error
  throw new Error(`no AxisorError: ${String(error)}`)
}

describe('the files of alerts', () => {
  test('need not exist, and HOME need not be set', async () => {
    for (const env of [{ HOME: '/home/trader' }, {}]) {
      const { files } = openFakeWorld()
      expect(await readAlertSettings(env, files, 'main')).toEqual(DEFAULT_ALERT_SETTINGS)
      expect(await readChannels(env, files, 'main')).toEqual(NO_CHANNELS)
    }
  })

  test('are read from XDG_CONFIG_HOME', async () => {
    const { files } = worldWith({ '/etc/trader/axisor/channels.json': ONE })
    const env = { HOME: '/home/trader', XDG_CONFIG_HOME: '/etc/trader' }
    expect((await readChannels(env, files, 'main')).channels).toHaveLength(1)
  })

  test('have a section for a key of the environment', () => {
    expect(sectionOf(null)).toBe('env')
  })

  test('check the channels of a rule against the other file', async () => {
    const rules = '{ "default": { "rules": [{ "rule": "key", "channels": ["phone"] }] } }'
    const { env, files } = worldWith({ [ALERTS]: rules, [CHANNELS]: ONE })
    expect((await readAlertSettings(env, files, 'main')).rules.at(-1)?.channels).toEqual(['phone'])
    const error = await failureOf(readAlertSettings(env, files, 'test'))
    expect(error.lines).toEqual([
      'alerts.json:1:56: unknown channel "phone"; this profile has no channels; a new one: axisor alerts channel add',
    ])
  })

  test('report all mistakes with the path, and exit code 2', async () => {
    const { env, files } = worldWith({ [ALERTS]: '{ "defaults": {},\n "profile": {} }' })
    const error = await failureOf(readAlertSettings(env, files, 'main'))
    expect([error.code, error.exitCode, error.message]).toEqual(['config', 2, `2 mistakes in ${ALERTS}`])
    expect(error.lines).toEqual([
      'alerts.json:1:3: unknown field "defaults" of the file; did you mean default?',
      'alerts.json:2:2: unknown field "profile" of the file; did you mean profiles?',
    ])
    expect(error.hint).toContain('axisor alerts rules check')
  })

  test.each([ALERTS, CHANNELS])('are rejected if other users can write to them: %s', async path => {
    const file = { ...ownFile('{}'), othersMayWrite: true }
    const { env, files } = openFakeWorld({ files: { [ALERTS]: ownFile('{}'), [path]: file } })
    const error = await failureOf(readAlertSettings(env, files, 'main'))
    expect([error.exitCode, error.message, error.hint]).toEqual([
      2,
      `${path} is writable by other users`,
      'Run chmod go-w on it.',
    ])
  })
})

describe('a change of the channels', () => {
  const change = {
    kind: 'channel',
    name: 'desk',
    channel: { name: 'desk', settings: { type: 'desktop' } },
  } as const

  test('creates the file, and keeps what else is in it', async () => {
    const empty = openFakeWorld()
    await changeChannels(empty.env, empty.files, 'main', change)
    expect((await readChannels(empty.env, empty.files, 'main')).channels).toEqual([change.channel])
    const world = worldWith({ [CHANNELS]: `// mine\n${ONE}` })
    await changeChannels(world.env, world.files, 'main', change)
    expect((await readChannels(world.env, world.files, 'main')).channels.map(({ name }) => name)).toEqual([
      'phone',
      'desk',
    ])
    expect(world.file(CHANNELS)).toMatch(/^\/\/ mine\n/)
  })

  test('does not write to a file with mistakes', async () => {
    const world = worldWith({ [CHANNELS]: '{ "x": 1 }' })
    const error = await failureOf(changeChannels(world.env, world.files, 'main', change))
    expect(error.lines).toHaveLength(1)
    expect(world.file(CHANNELS)).toBe('{ "x": 1 }')
  })

  test('needs a folder', async () => {
    const { files } = openFakeWorld()
    const error = await failureOf(changeChannels({}, files, 'main', change))
    expect(error.message).toMatch(/neither XDG_CONFIG_HOME nor HOME is set/)
  })
})
