import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ClientCommand, ServerCommand } from './commands.ts'

/** A child process that executes one command at a time. */
export class Child<O> {
  readonly #process: ChildProcess
  /** Rejects when the process has exited. */
  readonly #exited: Promise<never>

  constructor(file: string) {
    const path = fileURLToPath(new URL(file, import.meta.url))
    this.#process = fork(path, { execArgv: ['--expose-gc'], serialization: 'advanced' })
    this.#exited = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`the child process exited with code ${code}`)
    })
    this.#exited.catch(() => {})
  }

  async request<T>(command: O): Promise<T> {
    const reply = once(this.#process, 'message')
    this.#process.send(command as object)
    const [{ result }] = (await Promise.race([reply, this.#exited])) as [{ result: T }]
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
