import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../services/free-port.ts'
import { type RunningCommand, startAxisor, writeChannels } from '../support/alert-processes.ts'
import { openHttpService } from '../support/http-service.ts'
import { environmentOf, openTestServer } from '../support/simulator-server.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const KILLS = 6

/** Opens an exchange, a service, and a home folder whose rules report opened and closed positions. */
async function openRig() {
  const server = await openTestServer()
  const service = await openHttpService(() => ({ status: 200, body: 'ok' }))
  const folder = openTempFolder()
  writeChannels(folder.path, { hook: { type: 'webhook' } })
  const rules = [{ rule: 'position', events: ['opened', 'filled', 'closed'] }]
  const text = JSON.stringify({ default: { rules } })
  writeFileSync(join(folder.path, '.config', 'axisor', 'alerts.json'), text, { mode: 0o600 })
  const running: RunningCommand[] = []
  const port = await freePort()
  onTestFinished(async () => {
    for (const command of running) await command.stop('SIGKILL')
    await server.close()
    await service.close()
    folder.remove()
  })
  return {
    /** Starts a host. Resolves once it sees prices and positions. */
    async start() {
      const command = startAxisor(['alerts', 'run', '--status-port', String(port)], {
        HOME: folder.path,
        ...environmentOf(server),
        AXISOR_CHANNEL_HOOK_SECRET: `${service.origin}/hook\nhmac-key-0123456789`,
      })
      running.push(command)
      await command.until(/watching/)
      const isHealthy = () => fetch(`http://127.0.0.1:${port}/healthz`).then(({ ok }) => ok)
      while (!(await isHealthy())) await new Promise(resolve => setTimeout(resolve, 50))
      return command
    },
    async knob(command: Readonly<Record<string, unknown>>): Promise<string> {
      const { id } = (await (await server.knob(command)).json()) as { id: string }
      return id
    },
    /** Ids of the alerts about closes that the service has taken. */
    closes: () =>
      service.requests
        .map(({ body }): string => JSON.parse(body).alert.id)
        .filter(id => id.startsWith('position:closed-')),
  }
}

test('a host that is killed again and again delivers each close that it saw', async () => {
  const rig = await openRig()
  const closed: string[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    const command = await rig.start()
    const id = await rig.knob({ do: 'open', quantity: 1, leverage: 2 })
    await command.until(new RegExp(`INFO .* ${id.slice(0, 4)} was opened`))
    closed.push(id)
    await rig.knob({ do: 'close', id })
    // Half of them are killed before they can have seen it: the next one finds it in the list of closed trades.
    if (kill % 2 === 0) await command.until(new RegExp(`${id.slice(0, 4)} was closed`))
    await command.stop('SIGKILL')
  }
  await rig.start()
  const expected = closed.map(id => `position:closed-${id}`)
  while (!expected.every(id => rig.closes().includes(id)))
    await new Promise(resolve => setTimeout(resolve, 50))
  // One that was on its way at a kill may come twice.
  expect(rig.closes().length - new Set(rig.closes()).size).toBeLessThanOrEqual(KILLS)
})
