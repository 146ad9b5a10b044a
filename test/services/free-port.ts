import { createServer } from 'node:net'

const LOOPBACK = '127.0.0.1'

/** Below the ephemeral range: while a server is down, an outgoing connection could take its port, even one of its own clients. */
const MIN_PORT = 15_000
const MAX_PORT = 32_000

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)))
  })
}

/** Returns a free loopback port on which a server can restart. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = MIN_PORT + Math.floor(Math.random() * (MAX_PORT - MIN_PORT))
    if (await isFree(port)) return port
  }
}
