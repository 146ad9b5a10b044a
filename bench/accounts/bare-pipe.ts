// The least that a relay can do with a connection per account, in a process of its own: it reads each frame as text, and sends those of a
// tick to the client as one message.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import type { BarePipeCommand } from './commands.ts'

/** The pace of a relay. */
const TICK_MS = 50

interface Pipe {
  readonly client: WebSocket
  texts: string[]
}

async function open(streamUrl: string): Promise<{ readonly port: number; readonly pid: number }> {
  const pipes = new Set<Pipe>()
  const server = createServer()
  const endpoint = new WebSocketServer({ server, perMessageDeflate: false })
  endpoint.on('connection', client => {
    const pipe: Pipe = { client, texts: [] }
    const upstream = new WebSocket(streamUrl, { perMessageDeflate: false })
    upstream.on('open', () =>
      upstream.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscribe', params: { topics: [] } })),
    )
    upstream.on('message', data => pipe.texts.push(String(data)))
    pipes.add(pipe)
    client.send('{"kind":"snapshot"}')
  })
  setInterval(() => {
    for (const pipe of pipes) {
      if (pipe.texts.length === 0) continue
      pipe.client.send(pipe.texts.join('\n'))
      pipe.texts = []
    }
  }, TICK_MS)
  await new Promise<void>(resolve => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve))
  return { port: (server.address() as AddressInfo).port, pid: process.pid }
}

process.on('message', ({ streamUrl }: BarePipeCommand) => {
  void open(streamUrl).then(result => process.send?.({ result }))
})
process.on('disconnect', () => process.exit())
