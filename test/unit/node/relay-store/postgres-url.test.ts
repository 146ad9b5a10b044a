import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readPostgresUrl } from '../../../../src/node/postgres/postgres-url.ts'

describe('readPostgresUrl', () => {
  test('parses every part, and shows all but the password', () => {
    const { shown, host, config } = readPostgresUrl(
      'postgres://re%20lay:p%40ss@db.example:6432/ax?sslmode=require',
      {},
    )
    expect(shown).toBe('postgres://re?lay@db.example:6432/ax')
    expect(host).toBe('db.example:6432')
    expect(config).toMatchObject({ host: 'db.example', port: 6432, user: 're lay', database: 'ax' })
    expect(typeof config.password === 'function' && config.password()).toBe('p@ss')
    expect(JSON.stringify(config)).not.toContain('p@ss')
  })

  test('takes missing parts from the environment', () => {
    const env = { PGHOST: '10.0.0.9', PGPORT: '1', PGUSER: 'u', PGDATABASE: 'd', PGPASSWORD: 'p' }
    const { shown, config } = readPostgresUrl('postgres://', env)
    expect(shown).toBe('postgres://u@10.0.0.9:1/d')
    expect(typeof config.password === 'function' && config.password()).toBe('p')
  })

  test('may have no host, or the folder of a socket as its host', () => {
    expect(readPostgresUrl('postgres://u@/d', {}).config).toMatchObject({ host: 'localhost', database: 'd' })
    const socket = readPostgresUrl('postgres://u@%2Frun%2Fpg/d', {}).config
    expect(socket).toMatchObject({ host: '/run/pg', database: 'd', ssl: false })
    expect(readPostgresUrl('postgres://u@[::1]:6/d', {})).toMatchObject({
      shown: 'postgres://u@[::1]:6/d',
      config: { host: '::1', port: 6 },
    })
    expect(readPostgresUrl('postgres://u@h/x?dbname=a%2Fb', {}).config).toMatchObject({ database: 'a/b' })
  })

  test('decodes every escape, also beside a space', () => {
    const { shown, config } = readPostgresUrl('postgres://u:%C3%A4%2F%3F%23@h/a b%2F%40%C3%A4#c', {})
    expect(config).toMatchObject({ user: 'u', host: 'h', database: 'a b/@ä' })
    expect(typeof config.password === 'function' && config.password()).toBe('ä/?#')
    expect(shown).toBe('postgres://u@h:5432/a?b/@?')
    expect(readPostgresUrl('postgres://u@h/50%2525', {}).config.database).toBe('50%25')
  })

  test.each([
    ['postgres://u@localhost/d', false],
    ['postgres://u@127.0.0.1/d', false],
    ['postgres://u@[::1]/d', false],
    ['postgres://u@x/d?host=/run/postgresql', false],
    ['postgres://u@db.example/d?sslmode=disable', false],
    ['postgres://u@db.example/d', { rejectUnauthorized: true }],
    ['postgres://u@127.0.0.1.example/d', { rejectUnauthorized: true }],
    ['postgres://u@localhost/d?sslmode=verify-full', { rejectUnauthorized: true }],
    ['postgres://u@db.example/d?sslmode=require', { rejectUnauthorized: false }],
    [
      'postgres://u@db.example/d?sslmode=verify-ca',
      { rejectUnauthorized: true, checkServerIdentity: expect.any(Function) },
    ],
  ])('%s is encrypted as %j', (url, ssl) => {
    expect(readPostgresUrl(url, {}).config.ssl).toEqual(ssl)
  })

  test.each([
    ['postgres://u:hunter2@host:port/d', /the database URL is invalid/],
    ['postgres://u:hunter2@h/d?sslmode=perhaps', /sslmode=perhaps: not one of/],
    ['postgres://u:hunter2@h/d?sslmod=require', /unknown parameter sslmod/],
    ['postgres://u:hunter2@h/d?sslrootcert=/none&sslmode=verify-ca', /cannot read \/none \(sslrootcert/],
    ['postgres://u:hunter2%@h/d', /has an invalid % escape/],
    ['postgres://u:hunter2%ff@h/d', /has an invalid % escape/],
    ['postgres://u:hunter2@h/d?port=many', /a port that is not a number/],
  ])('%s is refused without its password', (url, message) => {
    const read = () => readPostgresUrl(url, {})
    expect(read).toThrow(message)
    expect(read).not.toThrow(/hunter2/)
  })

  test.each([
    ['sslkey', 0o640, 'is accessible to other users'],
    ['sslkey', 0o604, 'is accessible to other users'],
    ['sslkey', 0o620, 'is writable by other users'],
    ['sslcert', 0o664, 'is writable by other users'],
    ['sslrootcert', 0o646, 'is writable by other users'],
    ['sslkey', 0o600, null],
    ['sslcert', 0o644, null],
    ['sslrootcert', 0o444, null],
  ] as const)('reads %s with the mode %o: %s', (parameter, mode, fault) => {
    const folder = mkdtempSync(join(tmpdir(), 'axisor-postgres-url-'))
    try {
      const path = join(folder, 'file.pem')
      writeFileSync(path, 'pem')
      chmodSync(path, mode)
      const read = () => readPostgresUrl(`postgres://u@db.example/d?${parameter}=${path}`, {}).config.ssl
      if (fault === null) expect(Object.values(read() ?? {})).toContain('pem')
      else expect(read).toThrow(`${path} (${parameter} of the database URL) ${fault}`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
