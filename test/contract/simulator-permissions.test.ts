import { describe, expect, it } from 'vitest'
import { READ_SCOPES } from '../../src/simulator/protocol/scopes.ts'
import { openSimulatorWorld } from '../support/simulator.ts'
import { connect } from '../support/stream.ts'

describe('the knob permissions', () => {
  it.each([
    [['account:read', 'futures:isolated:trade']],
    [['*']],
    [[]],
    [['account:read', 7]],
    ['account:read'],
    [null],
    [{ account: ['read'] }],
  ])('lets authenticate and whoami report %j', async value => {
    const world = openSimulatorWorld()
    world.knob({ do: 'permissions', action: 'set', value })
    const client = await connect(world)
    const [authenticate] = world.authFrames()
    await client.send(authenticate)
    expect(JSON.parse(client.texts[0] ?? '').result).toEqual({ authenticated: true, permissions: value })
    expect((await client.call('whoami')).result?.permissions).toEqual(value)
  })

  it('drops the list from the replies, and reports the list of the key again when it is off', async () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'permissions', action: 'drop' })
    const client = await connect(world)
    await client.send(world.authFrames()[0])
    expect(JSON.parse(client.texts[0] ?? '').result).toEqual({ authenticated: true })
    expect(Object.keys((await client.call('whoami')).result ?? {})).toEqual(['apiKey', 'userId'])
    world.knob({ do: 'permissions', action: 'off' })
    expect((await client.call('whoami')).result?.permissions).toEqual(READ_SCOPES)
  })

  it('does not change what the key may read', async () => {
    const world = openSimulatorWorld()
    world.knob({ do: 'permissions', action: 'set', value: [] })
    expect(await world.read('/v3/account')).toMatchObject({ balance: expect.any(Number) })
  })

  it.each([
    [{ action: 'set' }, 'set needs value'],
    [{ action: 'drop', value: [] }, 'drop takes no value'],
  ])('rejects %j', (command, message) => {
    expect(() => openSimulatorWorld().knob({ do: 'permissions', ...command })).toThrow(message)
  })
})
