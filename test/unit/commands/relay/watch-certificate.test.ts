import { expect, test } from 'vitest'
import { watchCertificate } from '../../../../src/commands/relay/watch-certificate.ts'
import { AxisorError } from '../../../../src/domain/error.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** A certificate is the number of days until it ends, and matches a key of the same text. */
function rig(days: string) {
  const clock = openFakeClock()
  const startedAt = clock.nowMs()
  const lines: string[] = []
  const served: string[] = []
  let files: { cert: string; key: string } | AxisorError = { cert: days, key: days }
  const add = (event: string, fields: object = {}) => void lines.push(`${event} ${JSON.stringify(fields)}`)
  const watch = watchCertificate(files, {
    clock,
    log: { info: add, warn: add, error: add },
    endOf: cert => startedAt + Number(cert) * DAY_MS,
    async read() {
      if (files instanceof AxisorError) throw files
      return files
    },
    replace({ cert, key }) {
      if (cert !== key) throw new Error('key values mismatch')
      served.push(cert)
    },
  })
  return {
    ...{ clock, lines, served, watch },
    write: (cert: string, key: string) => {
      files = { cert, key }
    },
    lose: () => {
      files = new AxisorError('config', 'no such file')
    },
  }
}

test('takes a renewed pair within a minute, and one that is half written when it is whole', async () => {
  const { clock, lines, served, write } = rig('60')
  await clock.advance(10 * MINUTE_MS)
  expect([served, lines]).toEqual([[], []])
  write('90', '60')
  await clock.advance(3 * MINUTE_MS)
  expect(served).toEqual([])
  expect(lines).toEqual([
    'the TLS files cannot be used, the certificate before stays {"reason":"certificate and key do not match"}',
  ])
  write('90', '90')
  await clock.advance(MINUTE_MS)
  expect(served).toEqual(['90'])
  expect(lines[1]).toMatch(/^TLS certificate renewed \{"endsAt":"2027-02-21T18:00:00\.000Z"\}$/)
  await clock.advance(5 * MINUTE_MS)
  expect(lines).toHaveLength(2)
})

test('keeps the certificate while the files are missing', async () => {
  const { clock, lines, served, lose } = rig('60')
  lose()
  await clock.advance(5 * MINUTE_MS)
  expect(served).toEqual([])
  expect(lines).toEqual([
    'the TLS files cannot be used, the certificate before stays {"reason":"no such file"}',
  ])
})

test('warns once a day from 14 days before the end, and after it', async () => {
  const { clock, lines } = rig('15')
  expect(lines).toEqual([])
  await clock.advance(DAY_MS)
  expect(lines).toEqual(['the TLS certificate ends soon {"endsAt":"2026-12-08T18:00:00.000Z","days":14}'])
  await clock.advance(2 * DAY_MS)
  expect(lines).toHaveLength(3)
  await clock.advance(13 * DAY_MS)
  expect(lines.at(-1)).toMatch(/^the TLS certificate has ended /)
})

test('warns at the start if the end is near, and reads no more once it is stopped', async () => {
  const { clock, lines, served, watch, write } = rig('3')
  expect(lines).toEqual(['the TLS certificate ends soon {"endsAt":"2026-11-26T18:00:00.000Z","days":3}'])
  watch.stop()
  write('90', '90')
  await clock.advance(DAY_MS)
  expect([served, lines.length]).toEqual([[], 1])
})
