import { describe, expect, test } from 'vitest'
import { openAlertWorld, runBeside, sentNotices } from '../support/alert-commands.ts'
import type { FakeWorld, FakeWorldOptions } from '../support/fake-world.ts'

/** A host that runs, and an account whose worst position is in the critical band. */
async function hosted(options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const world = openAlertWorld(options)
  await world.start('alerts', 'run')
  await world.clock.advance(2_000)
  return world
}

interface ListedAlert {
  readonly id: string
  readonly level: string
  readonly state: string
  readonly delivery: object | null
}

/** The document of `axisor alerts list`. */
async function listed(world: FakeWorld) {
  const { code, out } = await runBeside(world, 'alerts', 'list')
  expect(code).toBe(0)
  return JSON.parse(out) as {
    readonly host: string | null
    readonly seenAt: string | null
    readonly simulated: boolean
    readonly snoozes: readonly { readonly rule: string | null; readonly until: string }[]
    readonly alerts: readonly ListedAlert[]
    readonly recentAlerts: readonly ListedAlert[]
  }
}

const ID = /liquidation:[\w-]+:\w+/

describe('a damaged outbox', () => {
  const damaged: FakeWorldOptions = {
    findOutbox: async () => ({ outbox: null, damagedPath: '/state/main.db' }),
  }
  const warning =
    'the outbox is damaged: /state/main.db. The next host keeps it aside and starts a new one; see axisor alerts run.\n'

  test.each(['list', 'log'])('is reported by axisor alerts %s on stderr and in its document', async name => {
    const { code, out, err } = await runBeside(openAlertWorld(damaged), 'alerts', name, '--json')
    expect([code, err]).toEqual([0, warning])
    expect(JSON.parse(out)).toMatchObject({
      damagedOutbox: '/state/main.db',
      [name === 'list' ? 'alerts' : 'attempts']: [],
    })
  })

  test.each([
    ['ack', 'all'],
    ['snooze', '1h'],
  ])('takes no request: axisor alerts %s', async (...argv) => {
    const { code, out, err } = await runBeside(openAlertWorld(damaged), 'alerts', ...argv)
    expect([code, out, err]).toEqual([2, '', `axisor: ${warning}`])
  })

  test('is absent from the documents of an intact one', async () => {
    const { out } = await runBeside(openAlertWorld(), 'alerts', 'list', '--json')
    expect(JSON.parse(out).damagedOutbox).toBe(null)
  })
})

describe('axisor alerts list', () => {
  test('prints what delivers, and how far the delivery of each alert went', async () => {
    const world = await hosted()
    expect(await listed(world)).toMatchObject({
      host: 'axisor alerts run, process 4711',
      simulated: true,
      snoozes: [],
      alerts: [
        {
          id: expect.stringMatching(ID),
          level: 'critical',
          state: 'firing',
          delivery: { channels: 1, delivered: 1, failed: 0, firstDeliveredAfterMs: 0 },
        },
      ],
      recentAlerts: [],
    })
  })

  test('prints text on a terminal, with the simulated mark first', async () => {
    const world = await hosted({ terminal: true })
    const { out } = await runBeside(world, 'alerts', 'list')
    expect(out.replaceAll(new RegExp(ID, 'g'), 'ID')).toMatch(
      new RegExp(
        [
          '^SIMULATED',
          'delivered by axisor alerts run, process 4711',
          'last sight 2026-11-23T18:00:0\\d\\.\\d{3}Z',
          '',
          'CRIT since 2026-11-23 18:00 UTC: isolated long 10,000 USD \\w{4} is \\d\\.\\d\\d% from liquidation at 66,8\\d\\d\\.\\d',
          '  delivered 1/1 \\(0 ms\\), id ID\n$',
        ].join('\n'),
      ),
    )
  })

  test('prints JSON on a terminal with --json', async () => {
    const world = await hosted({ terminal: true })
    expect(JSON.parse((await runBeside(world, 'alerts', 'list', '--json')).out)).toMatchObject({
      simulated: true,
    })
  })

  test('says loudly that nothing is watched if no host runs', async () => {
    const world = openAlertWorld({ terminal: true })
    expect(await world.run('alerts', 'list')).toBe(0)
    expect(world.out()).toBe('!! NO HOST RUNS: nothing is watched\nlast sight never\n\nNo alert fires.\n')
  })

  test('lists what ended in the last hour', async () => {
    const world = await hosted({ terminal: true })
    world.exchange.control(JSON.stringify({ do: 'price', usd: 66_000 }))
    await world.clock.advance(3_000)
    await runBeside(world, 'alerts', 'ack', 'all')
    await world.clock.advance(1_000)
    const { out } = await runBeside(world, 'alerts', 'list')
    expect(out).toMatch(/\nLAST HOUR\n(.*\n)*2026-11-23 18:00 LIQUIDATED isolated long .* was LIQUIDATED at /)
  })

  test('fails for a profile that does not exist', async () => {
    const world = openAlertWorld({ env: { AXISOR_API_KEY: undefined } })
    expect(await world.run('alerts', 'list', '--profile', 'none')).toBe(2)
    expect(world.err()).toContain('none')
  })
})

describe('axisor alerts ack', () => {
  test('acknowledges one alert by its id, within a second', async () => {
    const world = await hosted()
    const [alert] = (await listed(world)).alerts
    const { code, out } = await runBeside(world, 'alerts', 'ack', alert?.id ?? '')
    expect(code).toBe(0)
    expect(out).toMatch(/^SIMULATED acknowledged: isolated long 10,000 USD .*\n$/)
    await world.clock.advance(1_000)
    expect((await listed(world)).alerts[0]?.state).toBe('acknowledged')
    expect(world.out()).not.toContain('repeat')
    await world.clock.advance(130_000)
    expect(sentNotices(world).filter(each => each === 'repeat critical')).toEqual([])
  })

  test('acknowledges all, and says so if none waits', async () => {
    const world = await hosted()
    expect((await runBeside(world, 'alerts', 'ack', 'all')).out).toMatch(/acknowledged: /)
    await world.clock.advance(1_000)
    expect(await runBeside(world, 'alerts', 'ack', 'all')).toMatchObject({
      code: 0,
      out: 'no alert waits for an acknowledgement\n',
    })
  })

  test('rejects an unknown id, and one that is acknowledged already', async () => {
    const world = await hosted()
    const [alert] = (await listed(world)).alerts
    await runBeside(world, 'alerts', 'ack', 'all')
    await world.clock.advance(1_000)
    for (const id of ['liquidation:none', alert?.id ?? '']) {
      const { code, err } = await runBeside(world, 'alerts', 'ack', id)
      expect(code).toBe(2)
      expect(err).toBe(
        `axisor: no alert with this id waits for an acknowledgement: ${id}. List the ids with: axisor alerts list.\n`,
      )
    }
  })

  test('needs an id', async () => {
    const world = openAlertWorld()
    expect(await world.run('alerts', 'ack')).toBe(2)
  })

  test('waits for the next host, and says so', async () => {
    const world = openAlertWorld()
    const running = await world.start('alerts', 'run')
    await world.clock.advance(2_000)
    world.signal('SIGTERM')
    await running.ended()
    const { out } = await runBeside(world, 'alerts', 'ack', 'all')
    expect(out).toMatch(/\nno host runs: the next one applies it at its start\n$/)
    await world.start('alerts', 'run')
    await world.clock.advance(2_000)
    expect((await listed(world)).alerts.map(({ state }) => state)).toContain('acknowledged')
  })
})

describe('axisor alerts snooze', () => {
  test('mutes all rules for a time, and lists it', async () => {
    const world = openAlertWorld()
    const running = await world.start('alerts', 'run')
    const { code, out } = await runBeside(world, 'alerts', 'snooze', '10m')
    const until = '2026-11-23T18:10:00.000Z'
    expect([code, out]).toEqual([0, `all rules snoozed until ${until}; liquidations are still delivered\n`])
    await world.clock.advance(5_000)
    const { snoozes } = await listed(world)
    expect(snoozes).toEqual([{ rule: null, until }])
    world.exchange.control(JSON.stringify({ do: 'price', usd: 66_000 }))
    await world.clock.advance(3_000)
    expect(sentNotices(world)).toContain('firing liquidated')
    expect(running.code()).toBeNull()
  })

  test('mutes one rule, and ends with 0s', async () => {
    const world = await hosted({ terminal: true })
    expect((await runBeside(world, 'alerts', 'snooze', '1h', 'liquidation')).out).toBe(
      'rule liquidation snoozed until 2026-11-23T19:00:02.000Z; liquidations are still delivered\n',
    )
    await world.clock.advance(130_000)
    expect(sentNotices(world).filter(each => each.endsWith('critical'))).toEqual(['firing critical'])
    expect((await runBeside(world, 'alerts', 'list')).out).toContain('\nsnoozed liquidation until 2026-')
    expect((await runBeside(world, 'alerts', 'snooze', '0s', 'liquidation')).out).toBe(
      'the snooze of rule liquidation ends\n',
    )
    await world.clock.advance(2_000)
    expect(sentNotices(world)).toContain('repeat critical')
    expect((await runBeside(world, 'alerts', 'list')).out).not.toContain('snoozed')
  })

  test.each(['8d', '-1s', 'soon', ''])('rejects the duration %j', async duration => {
    const world = openAlertWorld()
    expect(await world.run('alerts', 'snooze', '--', duration)).toBe(2)
    expect(world.err()).toContain('axisor: ')
  })

  test('rejects a rule that does not exist', async () => {
    const world = openAlertWorld()
    expect(await world.run('alerts', 'snooze', '1h', 'liquidations')).toBe(2)
    expect(world.err()).toBe(
      'axisor: the key in the environment has no rule liquidations. Did you mean liquidation?\n',
    )
  })
})

describe('axisor alerts log', () => {
  test("prints attempts newest first, with failures in the service's own words", async () => {
    const world = openAlertWorld()
    let attempt = 0
    world.notifier.onSend = () => {
      attempt += 1
      return attempt === 1
        ? { kind: 'retry', why: 'HTTP 503 try later', afterMs: 1_500 }
        : { kind: 'delivered' }
    }
    await world.start('alerts', 'run')
    await world.clock.advance(4_000)
    const { attempts } = JSON.parse((await runBeside(world, 'alerts', 'log')).out)
    expect(attempts).toMatchObject([
      { attempt: 2, state: 'delivered', why: null, nextAttemptAt: null, channel: 'phone' },
      { attempt: 1, state: 'pending', why: 'HTTP 503 try later', simulated: true, level: 'critical' },
    ])
    expect(Date.parse(attempts[1].nextAttemptAt) - Date.parse(attempts[1].at)).toBe(1_500)
  })

  test('prints text on a terminal, with the simulated mark first', async () => {
    const world = openAlertWorld({ terminal: true })
    let attempt = 0
    world.notifier.onSend = () => {
      attempt += 1
      return attempt === 1
        ? { kind: 'retry', why: 'HTTP 503', afterMs: 1_500 }
        : { kind: 'failed', why: 'HTTP 401' }
    }
    await world.start('alerts', 'run')
    await world.clock.advance(4_000)
    const time = '2026-11-23T18:00:0\\d\\.\\d{3}Z'
    expect((await runBeside(world, 'alerts', 'log')).out).toMatch(
      new RegExp(
        `^SIMULATED ${time} phone: given up \\(HTTP 401\\): firing CRIT no channel took this alert: isolated long .*\n` +
          `SIMULATED ${time} phone \\(attempt 2\\): given up \\(HTTP 401\\): firing CRIT isolated long .*\n` +
          `SIMULATED ${time} phone: failed \\(HTTP 503\\), next attempt ${time}: firing CRIT isolated long .*\n$`,
      ),
    )
  })

  test('prints at most the requested number of attempts', async () => {
    const world = openAlertWorld()
    world.notifier.onSend = () => ({ kind: 'retry', why: 'HTTP 503', afterMs: null })
    await world.start('alerts', 'run')
    await world.clock.advance(30_000)
    const { attempts } = JSON.parse((await runBeside(world, 'alerts', 'log', '--limit', '3')).out)
    expect(attempts).toHaveLength(3)
    expect((await runBeside(world, 'alerts', 'log', '--limit', '0')).code).toBe(2)
  })

  test('says so if nothing was attempted', async () => {
    const world = openAlertWorld({ terminal: true })
    await world.run('alerts', 'log')
    expect(world.out()).toBe('No delivery was attempted.\n')
  })
})
