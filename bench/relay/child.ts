import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ClientCommand, ServerCommand } from './commands.ts'

/** A child process that executes one command at a time. */
export class Child<O> {
  readonly #process: ChildProcess

  constructor(file: string) {
    const path = fileURLToPath(new URL(file, import.meta.url))
    this.#process = fork(path, { execArgv: ['--expose-gc'], serialization: 'advanced' })
  }

  async request<T>(command: O): Promise<T> {
    const reply = once(this.#process, 'message')
    this.#process.send(command as object)
    const [{ result }] = (await reply) as [{ result: T }]
    return result
  }

  end(): void {
    this.#process.disconnect()
  }
}

/** Runs a server and its clients for as long as `work` takes. */
export async function withBoth<T>(
  work: (server: Child<ServerCommand>, clients: Child<ClientCommand>) => Promise<T>,
): Promise<T> {
  const server = new Child<ServerCommand>('server.ts')
  const clients = new Child<ClientCommand>('clients.ts')
  try {
    return await work(server, clients)
  } finally {
    clients.end()
    server.end()
  }
}
