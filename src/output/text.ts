import { formatAge, formatNumber, formatSigned } from '../domain/format.ts'
import { PART_NAMES, type PartName } from '../domain/parts.ts'
import { sanitize } from '../domain/sanitize.ts'
import { PART_LABELS } from '../store/selectors/parts.ts'
import type { SnapshotDocument } from '../wire/snapshot.ts'
import { keyRemarks } from './key-text.ts'
import { LEVEL_WORDS, orderLines, positionLines, refusedText, type Section, staleMark } from './row-lines.ts'
import { unevaluated } from './unevaluated.ts'

/** Network, state and age of the data, and what is wrong with it. */
export const headLines: Section = document => {
  const { source, origin, network, asOf } = document
  const simulated = origin === 'simulated' ? 'SIMULATED  ' : ''
  const state = source.stale ? 'STALE' : source.state
  const when = `${asOf.slice(0, 10)} ${asOf.slice(11, 19)} UTC`
  const age = `data ${formatAge(source.ageMs)} old`
  const lines = [`${simulated}${network ?? 'unknown network'} · ${state} · ${age} · ${when}`]
  if (source.stale) lines.push(`STALE: ${source.staleReasons.join('; ')}`)
  if (source.lastError !== null && source.state !== 'live')
    lines.push(`NOT LIVE: ${sanitize(source.lastError.message)}`)
  const lost = source.upstream?.find(({ link }) => link !== 'live') ?? null
  if (lost !== null) {
    const why = lost.lastError === null ? lost.link : sanitize(lost.lastError.message)
    lines.push(`NOT LIVE behind the relay: ${why}`)
  }
  return lines
}

/** Parts that are not read as they should be, with the reason and since when. Parts that are only old stand in the head. */
export function partLines(parts: readonly PartName[]): Section {
  return ({ asOf, parts: documents }) =>
    parts.flatMap(part => {
      const { state, reason, since } = documents[part]
      if (state === 'live' || state === 'stale') return []
      const when = since === null ? '' : ` (since ${timeText(since, asOf)})`
      return [`${state.toUpperCase()} ${PART_LABELS[part]}: ${sanitize(reason ?? 'unknown')}${when}`]
    })
}

/** Returns a time with its day, unless that is the day of the document. */
function timeText(time: string, asOf: string): string {
  const day = time.slice(0, 10)
  return `${day === asOf.slice(0, 10) ? '' : `${day} `}${time.slice(11, 19)} UTC`
}

/** The same for views of the account, with a remark about the key. */
export const accountHeadLines: Section = (document, width) => [
  ...headLines(document, width),
  ...keyRemarks(document.key.canWrite),
]

/** Prices and funding. */
export const marketLines: Section = ({ market }) => {
  const m = staleMark(market.stale)
  const price = (value: number | null): string => m + formatNumber(value, 1)
  const rate = market.fundingRate === null ? null : market.fundingRate * 100
  const next = market.nextFundingAt === null ? '' : ` at ${market.nextFundingAt.slice(11, 16)} UTC`
  return [
    `BTC      index ${price(market.indexUsd)}  last ${price(market.lastPriceUsd)}`,
    `         bid ${price(market.bidUsd)}  ask ${price(market.askUsd)}`,
    `FUNDING  ${formatSigned(rate, 4)}%${next}`,
  ]
}

/** Equity, balance, unrealized P&L and net exposure. */
export const accountLines: Section = document => {
  const { account, totals, source } = document
  const m = staleMark(source.stale)
  const number = (value: number | null, decimals = 0): string => m + formatNumber(value, decimals)
  const signed = (value: number | null, decimals = 0): string => m + formatSigned(value, decimals)
  const used =
    totals.marginSats === null || !totals.equitySats
      ? ''
      : ` (${number((totals.marginSats / totals.equitySats) * 100)}% of equity)`
  const lines = [
    totals.equityUnknownReason === null
      ? `EQUITY   ${number(totals.equitySats)} sat ≈ ${number(totals.equityUsd, 2)} USD`
      : `EQUITY   not known: ${totals.equityUnknownReason}`,
    `         free ${number(account.balanceSats)}  margin ${number(totals.marginSats)}${used}`,
    `P&L      ${signed(totals.unrealizedPlSats)} sat ≈ ${signed(totals.unrealizedPlUsd, 2)} USD unrealized`,
    `         net exposure ${signed(totals.netExposureUsd)} USD`,
  ]
  if (account.syntheticUsdBalance !== 0)
    lines.push(`         synthetic ${number(account.syntheticUsdBalance, 2)} USD`)
  const why = refusedText(document, 'account')
  if (account.balanceSats === null && why !== '') lines.push(`         balance not known${why}`)
  return lines
}

/** Account identity. Left out of the snapshot text, because people share it. */
export const userLines: Section = ({ account }) => [
  `USER     ${account.username === null ? '···' : sanitize(account.username)}  fee tier ${formatNumber(account.feeTier)}`,
]

/** Active alerts, and what is not evaluated. */
const alertLines: Section = ({ alerts, parts, market }) => [
  ...alerts.map(({ level, message }) => `${LEVEL_WORDS[level]}  ${sanitize(message)}`),
  ...unevaluated(parts, market.stale).map(({ text }) => `ALERTS ${sanitize(text)}`),
]

/** Joins sections with an empty line between them. Ends with a line feed. */
export function textOf(document: SnapshotDocument, sections: readonly Section[], width: number): string {
  const blocks = sections.map(section => section(document, width)).filter(lines => lines.length > 0)
  return `${blocks.map(lines => lines.join('\n')).join('\n\n')}\n`
}

/** The sections of the snapshot text. */
export const SNAPSHOT_SECTIONS: readonly Section[] = [
  accountHeadLines,
  partLines(PART_NAMES),
  marketLines,
  accountLines,
  positionLines,
  orderLines,
  alertLines,
]
