import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ClientOrder, ServerOrder } from './orders.ts'

/** A child process that executes one command at a time. */
export class Child<O> {
  readonly #process: ChildProcess

  constructor(file: string) {
    const path = fileURLToPath(new URL(file, import.meta.url))
    this.#process = fork(path, { execArgv: ['--expose-gc'], serialization: 'advanced' })
  }

  async ask<T>(order: O): Promise<T> {
    const answered = once(this.#process, 'message')
    this.#process.send(order as object)
    const [{ answer }] = (await answered) as [{ answer: T }]
    return answer
  }

  end(): void {
    this.#process.disconnect()
  }
}

/** Runs a server and its clients for as long as `work` takes. */
export async function withBoth<T>(
  work: (server: Child<ServerOrder>, clients: Child<ClientOrder>) => Promise<T>,
): Promise<T> {
  const server = new Child<ServerOrder>('server.ts')
  const clients = new Child<ClientOrder>('clients.ts')
  try {
    return await work(server, clients)
  } finally {
    clients.end()
    server.end()
  }
}
