import type { Socket } from '../../src/ports/net.ts'
import { findScenario } from '../../src/simulator/scenarios/scenarios.ts'
import { openSimulatorWorld, type SimulatorWorld } from './simulator.ts'

/** A frame of the stream. */
interface Frame {
  readonly id?: string | number | null
  readonly method?: string
  readonly result?: Record<string, unknown>
  readonly error?: {
    readonly code: number
    readonly message: string
    readonly data: { readonly code: string }
  }
  readonly params?: { readonly topic: string; readonly data: Record<string, unknown> }
  readonly rateLimit?: { readonly remaining: number; readonly limit: number }
  readonly usIn?: number
  readonly usOut?: number
  readonly usDiff?: number
}

/** A stream client that records what it receives. */
export interface StreamClient {
  readonly socket: Socket
  /** Received texts, in order. */
  readonly texts: string[]
  /** `opened`, `pong`, `closed 1006` and the like, in order. */
  readonly events: string[]
  /** Sends a raw text. */
  send(text: string): Promise<void>
  /** Sends a request and returns the reply with its id. */
  call(method: string, params?: unknown): Promise<Frame>
  /** Authenticates with a key and subscribes to all private topics. */
  signIn(): Promise<void>
  /** Returns the frames pushed on a topic. */
  pushed(topic: string): Frame[]
}

/** Connects to the exchange of a world by its memory transport. */
export async function connect(world: SimulatorWorld): Promise<StreamClient> {
  const { clock, transport } = world
  const texts: string[] = []
  const events: string[] = []
  const socket = transport.sockets.open(transport.streamUrl, {
    opened: () => events.push('opened'),
    text: data => texts.push(data),
    pong: () => events.push('pong'),
    failed: error => events.push(`failed ${error.code}`),
    closed: code => events.push(`closed ${code}`),
  })
  await clock.settle()
  let calls = 0

  const send = async (text: string) => {
    socket.send(text)
    await clock.settle()
  }
  const frames = () => texts.map(text => JSON.parse(text) as Frame)
  return {
    socket,
    texts,
    events,
    send,
    async call(method, params) {
      const id = `call-${++calls}`
      await send(JSON.stringify({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) }))
      const reply = frames().find(frame => frame.id === id)
      if (reply === undefined) throw new Error(`no reply to ${method}`)
      return reply
    },
    async signIn() {
      for (const frame of world.authFrames()) await send(frame)
    },
    pushed: topic => frames().filter(frame => frame.params?.topic === topic),
  }
}

/** Opens a scenario (`calm` by default) with a client subscribed to all private topics. */
export async function openWatched(name = 'calm'): Promise<{ world: SimulatorWorld; client: StreamClient }> {
  const scenario = findScenario(name)
  if (scenario === null) throw new Error(`no scenario ${name}`)
  const world = openSimulatorWorld({ scenario })
  const client = await connect(world)
  await client.signIn()
  return { world, client }
}
