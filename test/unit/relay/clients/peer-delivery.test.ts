import { expect, test } from 'vitest'
import { RelayFrame } from '../../../../src/relay/clients/peer.ts'
import { PeerDelivery } from '../../../../src/relay/clients/peer-delivery.ts'
import { DEFAULT_LIMITS } from '../../../../src/relay/limits.ts'
import { RelayStats } from '../../../../src/relay/stats.ts'

const head = (seq: number, epoch = 'e') => ({ epoch, seq })

function open() {
  const sent: string[] = []
  const peer = {
    address: '192.0.2.1',
    send: (frame: RelayFrame) => sent.push(...frame.texts),
    close: () => {},
    bufferedBytes: () => 0,
  }
  const delivery = new PeerDelivery(peer, DEFAULT_LIMITS, new RelayStats())
  return { delivery, sent }
}

const frame = (text: string) => new RelayFrame([text])

test("does not resend deltas that the peer's snapshot already contains", () => {
  const { delivery, sent } = open()
  delivery.sendSnapshot(frame('snapshot 5'), head(5), 0)
  delivery.sendDelta(frame('delta 5'), head(5), 0)
  delivery.sendDelta(frame('delta 6'), head(6), 0)
  expect(sent).toEqual(['snapshot 5', 'delta 6'])
})

test('skips deltas before the first snapshot', () => {
  const { delivery, sent } = open()
  delivery.sendDelta(frame('delta 1'), head(1), 0)
  expect(sent).toEqual([])
})

test('skips a snapshot that the peer has, and sends one of another number or epoch', () => {
  const { delivery, sent } = open()
  delivery.sendSnapshot(frame('one'), head(1), 0)
  delivery.offerSnapshot(frame('again'), head(1), 0)
  delivery.offerSnapshot(frame('two'), head(2), 0)
  delivery.offerSnapshot(frame('other'), head(2, 'f'), 0)
  expect(sent).toEqual(['one', 'two', 'other'])
})

test('sends nothing after a close', () => {
  const { delivery, sent } = open()
  delivery.sendSnapshot(frame('one'), head(1), 0)
  delivery.close(1012, 'bye')
  delivery.sendTransient(frame('late'), 0)
  expect(sent).toEqual(['one'])
})
