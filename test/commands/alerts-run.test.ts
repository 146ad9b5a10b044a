import { describe, expect, test } from 'vitest'
import { AxisorError } from '../../src/domain/error.ts'
import type { ServiceManager } from '../../src/ports/service-manager.ts'
import type { ReplyTo } from '../../src/ports/status-server.ts'
import { channelsFile, openAlertWorld, PHONE, runBeside, sentNotices } from '../support/alert-commands.ts'
import { CHANNELS, withPhone } from '../support/alert-world.ts'
import { type FakeWorld, type FakeWorldOptions, openFakeWorld } from '../support/fake-world.ts'
import { ownFile } from '../support/login-world.ts'

const RUN = ['alerts', 'run']

/** Ends a command as a service manager does. */
async function stopped(world: FakeWorld, running: Awaited<ReturnType<FakeWorld['start']>>): Promise<number> {
  world.signal('SIGTERM')
  return running.ended()
}

function withManager(notify: ServiceManager['notify'], watchdogMs: number | null = 60_000): FakeWorldOptions {
  return { serviceManager: { watchdogMs, notify } }
}

/** A status server that a test calls. */
function openStatusCalls() {
  const served: { host: string; port: number; reply: ReplyTo }[] = []
  let closed = 0
  const serveStatus: NonNullable<FakeWorldOptions['serveStatus']> = async (host, port, reply) => {
    served.push({ host, port, reply })
    return {
      port,
      async close() {
        closed += 1
      },
    }
  }
  const get = async (path: string) => (await served[0]?.reply(path)) ?? null
  return { serveStatus, served, closed: () => closed, get }
}

describe('axisor alerts run', () => {
  test('prints a line per event, each with the time and the simulated mark first', async () => {
    const world = openAlertWorld()
    const running = await world.start(...RUN)
    await world.clock.advance(3_000)
    world.exchange.control(JSON.stringify({ do: 'down', ms: 60_000 }))
    await world.clock.advance(90_000)
    expect(await stopped(world, running)).toBe(143)
    const id = '[\\w:.-]+'
    const time = '2026-11-23T18:0\\d:\\d\\dZ'
    const patterns = [
      `${time} watching env; delivers to 1 channel`,
      `${time} SIMULATED (firing|worse|repeat|resolved|event) (WATCH|WARN|CRIT|INFO) .+`,
      `${time} SIMULATED phone: delivered (firing|worse|repeat|resolved|event) ${id} in \\d+ ms`,
      `${time} sight was lost for (\\d+m)?\\d+s`,
    ]
    const lines = world.out().trimEnd().split('\n')
    expect(lines.filter(line => !patterns.some(pattern => new RegExp(`^${pattern}$`).test(line)))).toEqual([])
    for (const pattern of patterns) expect(world.out()).toMatch(new RegExp(`^${pattern}$`, 'm'))
    expect(world.listeners()).toBe(0)
    expect(world.err()).toBe('')
  })

  test('delivers the alerts of a profile within a second, without the simulated mark', async () => {
    const world = await withPhone()
    const running = await world.start(...RUN)
    await world.clock.advance(1_000)
    expect(sentNotices(world)).toEqual(['firing critical'])
    const [first] = world.notifier.sent
    expect(first?.channel.name).toBe('phone')
    expect(first?.message.title).toMatch(/^CRIT: isolated long 10,000 USD \w{4} \(main\)$/)
    expect(first?.message.text).toMatch(/^Isolated long .*\.\nMore margin or a smaller position, .*\.$/)
    await stopped(world, running)
  })

  test('marks simulated data first in each text that it sends', async () => {
    const world = openAlertWorld()
    const running = await world.start(...RUN)
    await world.clock.advance(10_000)
    await stopped(world, running)
    expect(world.notifier.sent.length).toBeGreaterThan(1)
    for (const { message } of world.notifier.sent)
      expect([message.title, message.text].every(text => text.startsWith('SIMULATED '))).toBe(true)
  })

  test('says how to add a channel if there is none', async () => {
    const world = openFakeWorld()
    const running = await world.start(...RUN)
    await world.clock.advance(1_000)
    await stopped(world, running)
    expect(world.out()).toContain(
      'watching env; no channel is configured: add one with axisor alerts channel add\n',
    )
  })

  test('prints and delivers what is wrong with a channel, and goes on', async () => {
    const files = { [CHANNELS]: ownFile(channelsFile({ ...PHONE, bot: { type: 'telegram', chatId: '5' } })) }
    const world = openAlertWorld({ files })
    const running = await world.start(...RUN)
    await world.clock.advance(3_000)
    await stopped(world, running)
    const problem = 'channel bot: its secret is missing: AXISOR_CHANNEL_BOT_SECRET is not set'
    expect(world.out()).toContain(`Z ${problem}\n`)
    const texts = world.notifier.sent.map(({ message }) => message.text)
    expect(texts.filter(text => text.startsWith(`C${problem.slice(1)}.`))).toHaveLength(1)
    expect(sentNotices(world)).toContain('firing critical')
  })

  test('names the host that delivers if it waits for it', async () => {
    const world = openAlertWorld()
    const first = await world.start(...RUN)
    await world.clock.advance(1_000)
    const before = world.printed.length
    const second = await world.start(...RUN)
    await world.clock.advance(1_000)
    expect(world.printed.slice(before).join('')).toContain(
      'watching env; axisor alerts run, process 4711 delivers\n',
    )
    world.signal('SIGTERM')
    await Promise.all([first.ended(), second.ended()])
  })

  test('delivers from memory and says so if the outbox can not be opened', async () => {
    const world = openAlertWorld({
      openOutbox: async () => {
        throw new AxisorError('config', 'cannot open a.db: the disk is full')
      },
    })
    const running = await world.start(...RUN)
    await world.clock.advance(3_000)
    await stopped(world, running)
    const problem = 'alerts are not stored and come again after a restart: cannot open a.db: the disk is full'
    expect(world.out()).toContain(problem)
    expect(sentNotices(world)).toEqual(['firing warn', 'firing critical'])
  })

  test('goes on if its log can not be written', async () => {
    const world = openAlertWorld()
    const print = async () => {
      throw new AxisorError('config', 'cannot write to stdout: the disk is full')
    }
    world.terminal.print = print
    const running = await world.start(...RUN)
    await world.clock.advance(3_000)
    expect(running.code()).toBeNull()
    expect(sentNotices(world)).toEqual(['firing critical'])
    expect(await stopped(world, running)).toBe(143)
  })

  test('ends with the error that stops the source, and frees the lease', async () => {
    const world = openAlertWorld({ env: { AXISOR_API_SECRET: 'wrong' } })
    const running = await world.start(...RUN)
    expect(await running.ended()).toBe(4)
    expect(world.err()).toMatch(/^axisor: /)
    expect((await runBeside(world, 'alerts', 'list')).out).toContain('"host":null')
  })

  test('fails for mistakes in its files before it watches', async () => {
    const files = {
      [CHANNELS]: ownFile('{ "profiles": { "env": { "channels": { "a": { "type": "fax" } } } } }'),
    }
    const world = openAlertWorld({ files })
    expect(await world.run(...RUN)).toBe(2)
    expect(world.err()).toContain('channels.json:1:')
    expect(world.listeners()).toBe(0)
  })
})

describe('axisor alerts run --status-port', () => {
  test('serves the health on the loopback interface, and why it is bad', async () => {
    const status = openStatusCalls()
    const world = openAlertWorld({ serveStatus: status.serveStatus })
    const running = await world.start(...RUN, '--status-port', '9464')
    expect(status.served).toMatchObject([{ host: '127.0.0.1', port: 9464 }])
    await world.clock.advance(2_000)
    expect(await status.get('/healthz')).toMatchObject({ status: 200, body: 'ok\n' })
    world.exchange.control(JSON.stringify({ do: 'down', ms: 600_000 }))
    await world.clock.advance(45_000)
    expect(await status.get('/healthz')).toMatchObject({
      status: 503,
      body: 'no fresh prices and positions, or rules are not evaluated\n',
    })
    expect(await status.get('/')).toBeNull()
    await stopped(world, running)
    expect(status.closed()).toBe(1)
  })

  test('serves metrics of alerts and attempts', async () => {
    const status = openStatusCalls()
    const world = openAlertWorld({ serveStatus: status.serveStatus })
    world.notifier.onSend = (_channel, { level }) =>
      level === 'critical' ? { kind: 'failed', why: 'HTTP 401' } : { kind: 'delivered' }
    const running = await world.start(...RUN, '--status-port', '9464')
    await world.clock.advance(10_000)
    const metrics = await status.get('/metrics')
    expect(metrics?.contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(metrics?.body.split('\n').filter(line => !line.startsWith('#'))).toEqual([
      'axisor_alerts_healthy 1',
      'axisor_alerts_firing{level="info"} 0',
      'axisor_alerts_firing{level="watch"} 0',
      'axisor_alerts_firing{level="warn"} 1',
      'axisor_alerts_firing{level="critical"} 2',
      'axisor_alerts_firing{level="liquidated"} 0',
      'axisor_alert_attempts_total{outcome="delivered"} 1',
      // One of them is sent again once, when the channel takes another notice.
      'axisor_alert_attempts_total{outcome="failed"} 3',
      'axisor_alert_attempts_total{outcome="retried"} 0',
      '',
    ])
    await stopped(world, running)
  })

  test('fails if the port is not available, and frees the lease', async () => {
    const world = openAlertWorld({
      serveStatus: async () => {
        throw new AxisorError('usage', "can't listen on 127.0.0.1:9464: EADDRINUSE")
      },
    })
    expect(await world.run(...RUN, '--status-port', '9464')).toBe(2)
    expect((await runBeside(world, 'alerts', 'list')).out).toContain('"host":null')
    expect(world.listeners()).toBe(0)
  })
})

describe('axisor alerts run under a service manager', () => {
  function openReports() {
    const reports: string[] = []
    const notify = async (...states: readonly string[]) => {
      reports.push(states.join(' '))
      return null
    }
    return { reports, notify }
  }

  test('is ready once the first data was evaluated, then alive twice per period, then stopping', async () => {
    const { reports, notify } = openReports()
    const world = openAlertWorld(withManager(notify))
    world.exchange.control(JSON.stringify({ do: 'down', ms: 20_000 }))
    const running = await world.start(...RUN)
    await world.clock.advance(15_000)
    expect(reports).toEqual([])
    await world.clock.advance(120_000)
    expect(reports[0]).toBe('READY=1 STATUS=watching WATCHDOG=1')
    expect(new Set(reports.slice(1))).toEqual(new Set(['WATCHDOG=1']))
    expect(reports.length).toBeGreaterThanOrEqual(4)
    expect(reports.length).toBeLessThanOrEqual(6)
    await stopped(world, running)
    expect(reports.at(-1)).toBe('STOPPING=1')
  })

  test('is not alive while it sees nothing, and is again within a second of fresh data', async () => {
    const { reports, notify } = openReports()
    const world = openAlertWorld(withManager(notify, 240_000))
    const running = await world.start(...RUN)
    await world.clock.advance(80_000)
    world.exchange.control(JSON.stringify({ do: 'down', ms: 70_000 }))
    await world.clock.advance(65_000)
    // It has missed the report that was due at 120 s.
    expect(reports).toHaveLength(1)
    await world.clock.advance(30_000)
    expect(reports).toEqual(['READY=1 STATUS=watching WATCHDOG=1', 'WATCHDOG=1'])
    await stopped(world, running)
  })

  test('reports once that it is ready if no watchdog is configured', async () => {
    const { reports, notify } = openReports()
    const world = openAlertWorld(withManager(notify, null))
    const running = await world.start(...RUN)
    await world.clock.advance(60_000)
    expect(reports).toEqual(['READY=1 STATUS=watching'])
    await stopped(world, running)
    expect(reports).toEqual(['READY=1 STATUS=watching', 'STOPPING=1'])
  })

  test('reports a missing systemd-notify once and goes on', async () => {
    const world = openAlertWorld(withManager(async () => 'systemd-notify is not installed', 10_000))
    const running = await world.start(...RUN)
    await world.clock.advance(30_000)
    expect(
      world.out().match(/can't report to the service manager: systemd-notify is not installed/g),
    ).toHaveLength(1)
    expect(running.code()).toBeNull()
    await stopped(world, running)
  })

  test('says nothing to it before it was ready', async () => {
    const { reports, notify } = openReports()
    const world = openAlertWorld(withManager(notify))
    world.exchange.control(JSON.stringify({ do: 'down', ms: 600_000 }))
    const running = await world.start(...RUN)
    await world.clock.advance(5_000)
    await stopped(world, running)
    expect(reports).toEqual([])
  })
})
