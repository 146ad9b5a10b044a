import { describe, expect, test } from 'vitest'
import { brokerAddress } from '../../../src/config/cluster.ts'
import { AxisorError } from '../../../src/domain/error.ts'

function refusal(flag: string | null, env: Record<string, string> = {}): AxisorError {
  try {
    brokerAddress(flag, env)
  } catch (error) {
    if (error instanceof AxisorError) return error
  }
  throw new Error('it should have been refused')
}

describe('the address of the broker', () => {
  test('is not there unless somebody gives it', () => {
    expect(brokerAddress(null, {})).toBeNull()
    expect(brokerAddress(null, { AXISOR_RELAY_CLUSTER: '' })).toBeNull()
  })

  test('has the usual port, no user and the first database unless told otherwise', () => {
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

  test('takes a password from the environment, in any spelling, and never shows it', () => {
    const address = brokerAddress(null, { AXISOR_RELAY_CLUSTER: 'rediss://relay:p%40ss%2Fword@redis.home' })
    expect(address).toMatchObject({ host: 'redis.home', username: 'relay' })
    expect(address?.password?.reveal()).toBe('p@ss/word')
    expect(JSON.stringify(address)).not.toContain('p@ss')
  })

  test('refuses a password in the command line, with the reason and without the password', () => {
    const { code, message, hint } = refusal('redis://:hunter2@redis.home')
    expect(code).toBe('usage')
    expect(message).toContain('other users of this machine can read the command line')
    expect(hint).toContain('AXISOR_RELAY_CLUSTER')
    expect(`${message}${hint}`).not.toContain('hunter2')
  })

  test('is redis:// or rediss:// and nothing else; what was given is not repeated', () => {
    for (const text of [
      '',
      'redis',
      'http://a',
      'redis://',
      'redis://a:b:c',
      'redis://a/x',
      'redis://%zz@a',
    ]) {
      const error = refusal(null, { AXISOR_RELAY_CLUSTER: text === '' ? 'x:hunter2' : text })
      expect(error.code).toBe('config')
      expect(error.message).toBe(
        'AXISOR_RELAY_CLUSTER: not redis://host:port or rediss://host:port, with user:password@ and /database where needed',
      )
    }
    expect(refusal('').code).toBe('usage')
    expect(refusal('tcp://:hunter2@a').message).not.toContain('hunter2')
  })
})
