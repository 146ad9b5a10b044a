import { once } from 'node:events'
import { connect as dial } from 'node:net'
import { onTestFinished } from 'vitest'
import { openTestRelay, type TestRelay, type TestRelayOptions } from './relay-server.ts'
import { madePosition, readAt, T0 } from './samples.ts'

/** Opens a relay for one test, which is stopped after the test. */
export async function openRelayForTest(options: TestRelayOptions = {}): Promise<TestRelay> {
  const relay = await openTestRelay(options)
  onTestFinished(() => relay.stop())
  return relay
}

/** Each user's account holds one position that identifies it. */
export function positionOf(userName: string) {
  return { isolated: readAt(T0, [madePosition({ id: `position-of-${userName}` })]) }
}

export async function statusOf(response: Promise<Response>): Promise<number> {
  return (await response).status
}

/** Sends raw bytes. Resolves with the whole response. */
export async function raw(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = dial(port, '127.0.0.1')
  let response = ''
  socket.on('data', chunk => {
    response += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  socket.write(bytes)
  await once(socket, 'close')
  return response
}
