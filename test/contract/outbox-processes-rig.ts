import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { HostEvent, HostOptions } from '../support/outbox-host.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const program = fileURLToPath(new URL('../support/outbox-host.ts', import.meta.url))

/** A request that reached the receiver. */
export interface Received {
  readonly host: string
  readonly channel: string
  readonly noticeId: string
}

/** A host that runs as a process. */
interface RunningHost {
  readonly events: readonly HostEvent[]
  /** Resolves with the first event, also a past one, that matches. */
  until(matches: (event: HostEvent) => boolean): Promise<HostEvent>
  kill(): void
  /** Resolves when it has ended, with its exit code; null if it was killed. */
  readonly ended: Promise<number | null>
}

/** An outbox file, a receiver of requests, and hosts. */
export interface OutboxProcessesRig {
  /** Path of an outbox file. */
  path(name: string): string
  readonly received: readonly Received[]
  /** Called with each request once it was read; must answer it, now or later. Default: answers at once. */
  onRequest: (request: Received, answer: () => void) => void
  /** Starts a host on the outbox file of this name. */
  start(name: string, options: Partial<HostOptions>): RunningHost
  close(): Promise<void>
}

class HostProcess implements RunningHost {
  readonly events: HostEvent[] = []
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess
  readonly #watchers = new Set<(event: HostEvent) => void>()

  constructor(options: HostOptions) {
    const child = spawn(process.execPath, [program, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#child = child
    this.ended = once(child, 'close').then(([code]) => code)
    createInterface({ input: child.stdout }).on('line', line => {
      const event: HostEvent = JSON.parse(line)
      this.events.push(event)
      for (const watcher of [...this.#watchers]) watcher(event)
    })
  }

  until(matches: (event: HostEvent) => boolean): Promise<HostEvent> {
    const found = this.events.find(matches)
    if (found !== undefined) return Promise.resolve(found)
    return new Promise(resolve => {
      const watcher = (event: HostEvent): void => {
        if (!matches(event)) return
        this.#watchers.delete(watcher)
        resolve(event)
      }
      this.#watchers.add(watcher)
    })
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

const DEFAULTS: Omit<HostOptions, 'path' | 'port'> = {
  label: 'host',
  channels: ['a', 'b'],
  notices: 4,
  killAtStep: 0,
  endsWhenDone: true,
  ttlMs: 200,
  renewMs: 50,
}

/** Opens a rig with a receiver on a free port. */
export async function openOutboxProcessesRig(): Promise<OutboxProcessesRig> {
  const folder = openTempFolder()
  const received: Received[] = []
  const hosts: HostProcess[] = []
  const answer = (response: ServerResponse) => response.writeHead(200).end()
  const server = createServer((message, response) => {
    let noticeId = ''
    message.setEncoding('utf8').on('data', text => {
      noticeId += text
    })
    message.on('end', () => {
      const [, host = '', channel = ''] = message.url?.split('/') ?? []
      const found = { host, channel, noticeId }
      received.push(found)
      rig.onRequest(found, () => answer(response))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const rig: OutboxProcessesRig = {
    path: name => join(folder.path, `${name}.db`),
    received,
    onRequest: (_, answerNow) => answerNow(),
    start(name, options) {
      const host = new HostProcess({ ...DEFAULTS, ...options, path: rig.path(name), port })
      hosts.push(host)
      return host
    },
    async close() {
      for (const host of hosts) host.kill()
      await Promise.all(hosts.map(({ ended }) => ended))
      server.closeAllConnections()
      server.close()
      folder.remove()
    },
  }
  return rig
}
