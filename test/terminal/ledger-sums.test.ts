import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { AuditDocument } from '../../src/wire/ledger/audit-document.ts'
import type { ReportDocument } from '../../src/wire/ledger/report-document.ts'
import { axisorRun } from '../support/program.ts'
import { environmentOf, openTestServer } from '../support/simulator-server.ts'
import { openTempFolder } from '../support/temp-folder.ts'

const SCRIPT = fileURLToPath(new URL('../independent/ledger-sums.js', import.meta.url))
const ROUNDS = 150

interface Sums {
  readonly books: AuditDocument['books']
  readonly fundingUsd: number
  readonly trades: number
  readonly days: Readonly<
    Record<string, { readonly feesSats: number; readonly fundingSats: number; readonly trades: number }>
  >
  readonly expectedSats: number
  readonly heldSats: number
}

/** A simulated exchange with several pages of every listing. */
async function openBusyServer() {
  const server = await openTestServer({ seed: 23 })
  const knob = (command: Readonly<Record<string, unknown>>): Record<string, unknown> => {
    const { status, body } = server.exchange.control(JSON.stringify(command))
    if (status !== 200) throw new Error(body)
    return JSON.parse(body) as Record<string, unknown>
  }
  knob({ do: 'tick', ms: 3_600_000 })
  knob({ do: 'limit', perSecond: 1_000, burst: 1_000 })
  for (let round = 0; round < ROUNDS; round += 1) {
    const side = round % 2 === 0 ? 'buy' : 'sell'
    knob({ do: 'price', usd: 66_000 + (round % 50) * 40 })
    knob({ do: 'deposit', sats: 50_000 + round })
    const { id } = knob({ do: 'open', side, quantity: 100 + round, leverage: 4 })
    knob({ do: 'open', mode: 'cross', side, quantity: 300 + (round >> 1) })
    knob({ do: 'transfer', sats: 1_000 + round })
    if (round % 10 === 0) knob({ do: 'cashIn', sats: 20_000 })
    if (round % 10 === 5) knob({ do: 'withdraw', sats: 9_000 + round })
    if (round % 20 === 0) knob({ do: 'funding' })
    knob({ do: 'close', id })
  }
  return server
}

describe('an independent script that reads the raw pages', () => {
  test('finds the sums of axisor report and audit', async () => {
    const server = await openBusyServer()
    const folder = openTempFolder()
    onTestFinished(async () => {
      await server.close()
      folder.remove()
    })
    const env = { ...environmentOf(server), HOME: folder.path }
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT], { env })
    const sums = JSON.parse(stdout) as Sums
    const audited = await axisorRun(['audit', '--json'], { env })
    expect({ code: audited.code, err: audited.err }).toEqual({ code: 0, err: '' })
    const audit = JSON.parse(audited.out) as AuditDocument
    expect(audit.books).toEqual(sums.books)
    expect(audit.expectedSats).toBe(sums.expectedSats)
    expect(audit.held.totalSats).toBe(sums.heldSats)
    expect(sums.expectedSats).toBe(sums.heldSats)

    const reported = await axisorRun(['report', '--json', '--by', 'day'], { env })
    expect({ code: reported.code, err: reported.err }).toEqual({ code: 0, err: '' })
    const { total, periods } = JSON.parse(reported.out) as ReportDocument
    expect(total).toMatchObject({
      grossPlSats: sums.books.grossPlSats,
      feesSats: sums.books.tradingFeesSats,
      fundingSats: sums.books.fundingSats,
    })
    expect(total.fundingUsd).toBeCloseTo(sums.fundingUsd, 1)
    for (const { from, feesSats, fundingSats } of periods) {
      const day = sums.days[from.slice(0, 10)] ?? { feesSats: 0, fundingSats: 0 }
      expect({ from, feesSats, fundingSats }).toEqual({
        from,
        feesSats: day.feesSats,
        fundingSats: day.fundingSats,
      })
    }
    expect(Object.keys(sums.days).length).toBeGreaterThan(5)
  })
})
