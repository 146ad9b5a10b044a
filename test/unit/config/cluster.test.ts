import { describe, expect, test } from 'vitest'
import { brokerAddress } from '../../../src/config/cluster.ts'
import { AxisorError } from '../../../src/domain/error.ts'

function errorOf(flag: string | null, env: Record<string, string> = {}): AxisorError {
  try {
    brokerAddress(flag, env)
  } catch (error) {
    if (error instanceof AxisorError) return error
  }
  throw new Error('expected an error')
}

describe('broker address', () => {
  test('is null if neither flag nor variable is set', () => {
    expect(brokerAddress(null, {})).toBeNull()
    expect(brokerAddress(null, { AXISOR_RELAY_CLUSTER: '' })).toBeNull()
  })

  test('defaults to port 6379, no user and database 0', () => {
    expect(brokerAddress('redis://10.0.0.7', {})).toEqual({
      host: '10.0.0.7',
      port: 6379,
      tls: false,
      username: null,
      password: null,
      db: 0,
    })
    expect(brokerAddress('rediss://[::1]:7000/3', {})).toMatchObject({
      host: '::1',
      port: 7000,
      tls: true,
      db: 3,
    })
  })

  test('decodes a password from the environment and never prints it', () => {
    const address = brokerAddress(null, { AXISOR_RELAY_CLUSTER: 'rediss://relay:p%40ss%2Fword@redis.home' })
    expect(address).toMatchObject({ host: 'redis.home', username: 'relay' })
    expect(address?.password?.reveal()).toBe('p@ss/word')
    expect(JSON.stringify(address)).not.toContain('p@ss')
  })

  test('rejects a password on the command line without repeating it', () => {
    const { code, message, hint } = errorOf('redis://:hunter2@redis.home')
    expect(code).toBe('usage')
    expect(message).toContain('other users of this machine can read the command line')
    expect(hint).toContain('AXISOR_RELAY_CLUSTER')
    expect(`${message}${hint}`).not.toContain('hunter2')
  })

  test('rejects everything but redis:// and rediss:// without repeating it', () => {
    for (const text of [
      '',
      'redis',
      'http://a',
      'redis://',
      'redis://a:b:c',
      'redis://a/x',
      'redis://%zz@a',
    ]) {
      const error = errorOf(null, { AXISOR_RELAY_CLUSTER: text === '' ? 'x:hunter2' : text })
      expect(error.code).toBe('config')
      expect(error.message).toBe(
        'AXISOR_RELAY_CLUSTER: not redis://host:port or rediss://host:port, with user:password@ and /database where needed',
      )
    }
    expect(errorOf('').code).toBe('usage')
    expect(errorOf('tcp://:hunter2@a').message).not.toContain('hunter2')
  })
})
