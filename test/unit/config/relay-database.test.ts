import { describe, expect, test } from 'vitest'
import { relayDatabaseOf } from '../../../src/config/relay-database.ts'
import { AxisorError } from '../../../src/domain/error.ts'

const HOME = { HOME: '/home/trader' }
const STATE = '/home/trader/.local/state/axisor'

const fileWith = (relayDatabase: string) => ({ path: '/c.json', values: { relayDatabase } })

describe('relay database', () => {
  test('takes the flag before the environment, the config file and the state folder', () => {
    const flag = 'sqlite:/a.db'
    const env = { ...HOME, AXISOR_RELAY_DATABASE: 'sqlite:/b.db' }
    const file = fileWith('sqlite:/c.db')
    expect(relayDatabaseOf({ flag, env, file }).address).toBe('sqlite:/a.db')
    expect(relayDatabaseOf({ flag: null, env, file }).address).toBe('sqlite:/b.db')
    expect(relayDatabaseOf({ flag: null, env: HOME, file }).address).toBe('sqlite:/c.db')
    const none = { ...HOME, AXISOR_RELAY_DATABASE: '' }
    expect(relayDatabaseOf({ flag: null, env: none, file: null }).address).toBe(`sqlite:${STATE}/relay.db`)
  })

  test.each([
    ['sqlite:/srv/relay.db', '/srv/relay.key'],
    ['sqlite:///srv/relay.sqlite3', '/srv/relay.key'],
    ['sqlite:users', 'users.key'],
    ['postgres://a@b/c', `${STATE}/relay-b-c.key`],
    ['postgres://a@b:5433/d', `${STATE}/relay-b-5433-d.key`],
    ['postgres://a@localhost/c?host=%2Frun%2Fpg', `${STATE}/relay-run-pg-c.key`],
    ['postgres:///c', `${STATE}/relay-c.key`],
  ])('derives the master key path of %s: %s', (database, keyPath) => {
    expect(relayDatabaseOf({ flag: database, env: HOME, file: null }).keyPath).toBe(keyPath)
  })

  test.each([
    ['postgres://a:p%40ss@b/c', 'p@ss'],
    ['postgres://a:p/w?x#y@b/c', 'p/w?x#y'],
    ['postgres://a:50%@b/c', '50%'],
    ['postgresql://a@b/c?password=pw', 'pw'],
    ['postgres://a@b:5432/c', null],
    ['postgres://a:@b/c', null],
  ])('finds the password in %s: %s', (AXISOR_RELAY_DATABASE, password) => {
    const env = { ...HOME, AXISOR_RELAY_DATABASE }
    expect(relayDatabaseOf({ flag: null, env, file: null }).password).toBe(password)
  })

  test('rejects a password in the config file', () => {
    const file = fileWith('postgres://a:hunter2@b/c')
    const read = () => relayDatabaseOf({ flag: null, env: HOME, file })
    expect(read).toThrow(AxisorError)
    expect(read).toThrow(
      /^a password in relayDatabase in \/c\.json rejected: the file must not contain secrets$/,
    )
  })
})
