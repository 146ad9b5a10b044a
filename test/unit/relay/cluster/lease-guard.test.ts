import { describe, expect, test } from 'vitest'
import type { Socket, SocketListener, Sockets } from '../../../../src/ports/net.ts'
import { guardWithLease } from '../../../../src/relay/cluster/lease-guard.ts'

/** A network that records its calls. */
function openRecorded() {
  const done: string[] = []
  let inner: SocketListener | null = null
  const sockets: Sockets = {
    open(_url, listener): Socket {
      done.push('open')
      inner = listener
      return {
        send: text => void done.push(`send ${text}`),
        ping: () => void done.push('ping'),
        terminate: () => void done.push('terminate'),
      }
    },
  }
  const http = {
    async get(_origin: string, target: string) {
      done.push(`get ${target}`)
      return { status: 200, headers: {}, body: '' }
    },
    close: () => void done.push('close'),
  }
  return { net: { http, sockets }, done, inner: () => inner }
}

function listener(received: string[]): SocketListener {
  return {
    opened: () => void received.push('opened'),
    text: data => void received.push(`text ${data}`),
    pong: () => void received.push('pong'),
    failed: error => void received.push(`failed ${error.code}`),
    closed: code => void received.push(`closed ${code}`),
  }
}

describe('the network of a lease', () => {
  test('passes everything through while the lease is held', async () => {
    const { net, done: calls, inner } = openRecorded()
    const received: string[] = []
    const { http, sockets } = guardWithLease(net, () => true)
    await http.get('o', '/a', {}, 1)
    const socket = sockets.open('ws://x', listener(received))
    inner()?.opened()
    inner()?.text('t')
    inner()?.pong()
    socket.send('s')
    socket.ping()
    expect(calls).toEqual(['get /a', 'open', 'send s', 'ping'])
    expect(received).toEqual(['opened', 'text t', 'pong'])
  })

  test('passes nothing but the end of a socket after the lease is lost', async () => {
    const { net, done, inner } = openRecorded()
    const received: string[] = []
    let held = true
    const { http, sockets } = guardWithLease(net, () => held)
    const socket = sockets.open('ws://x', listener(received))
    held = false
    await expect(http.get('o', '/a', {}, 1)).rejects.toMatchObject({ code: 'unavailable' })
    socket.send('s')
    socket.ping()
    inner()?.opened()
    inner()?.text('stale')
    inner()?.pong()
    inner()?.closed(1006)
    socket.terminate()
    expect(done).toEqual(['open', 'terminate'])
    expect(received).toEqual(['closed 1006'])
  })

  test('rejects a reply that arrives after the lease is lost, because it may be of any age', async () => {
    const { net } = openRecorded()
    let may = true
    const { http } = guardWithLease(net, () => may)
    const reply = http.get('o', '/a', {}, 1)
    may = false
    await expect(reply).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('fails to open a socket after the lease is lost, with a reason', async () => {
    const { net, done } = openRecorded()
    const received: string[] = []
    guardWithLease(net, () => false).sockets.open('ws://x', listener(received))
    expect(received).toEqual([])
    await Promise.resolve()
    expect(received).toEqual(['failed unavailable', 'closed 1006'])
    expect(done).toEqual([])
  })

  test('does not close the connections of other accounts', () => {
    const { net, done } = openRecorded()
    guardWithLease(net, () => true).http.close()
    expect(done).toEqual([])
  })
})
