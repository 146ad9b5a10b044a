import { createServer } from 'node:net'

const LOOPBACK = '127.0.0.1'

/** Below the ports that the system gives to outgoing connections: one of those may be taken while a server is away, even by its own clients. */
const LEAST = 15_000
const MOST = 32_000

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)))
  })
}

/** A port of the loopback address that a server can leave and come back to. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LEAST + Math.floor(Math.random() * (MOST - LEAST))
    if (await isFree(port)) return port
  }
}
