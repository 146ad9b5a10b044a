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

test('who asked for a snapshot in the middle of a broadcast is not told again what it says already', () => {
  const { delivery, sent } = open()
  delivery.sendSnapshot(frame('snapshot 5'), head(5), 0)
  delivery.sendDelta(frame('delta 5'), head(5), 0)
  delivery.sendDelta(frame('delta 6'), head(6), 0)
  expect(sent).toEqual(['snapshot 5', 'delta 6'])
})

test('deltas are of no use before the first snapshot', () => {
  const { delivery, sent } = open()
  delivery.sendDelta(frame('delta 1'), head(1), 0)
  expect(sent).toEqual([])
})

test('a snapshot for all is not sent to those who have it, but to those of another number or another epoch', () => {
  const { delivery, sent } = open()
  delivery.sendSnapshot(frame('one'), head(1), 0)
  delivery.offerSnapshot(frame('again'), head(1), 0)
  delivery.offerSnapshot(frame('two'), head(2), 0)
  delivery.offerSnapshot(frame('other'), head(2, 'f'), 0)
  expect(sent).toEqual(['one', 'two', 'other'])
})

test('after its end nobody is told anything', () => {
  const { delivery, sent } = open()
  delivery.sendSnapshot(frame('one'), head(1), 0)
  delivery.close(1012, 'bye')
  delivery.sendTransient(frame('late'), 0)
  expect(sent).toEqual(['one'])
})
