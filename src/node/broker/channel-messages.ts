import type { BrokerFrame, FrameKind, LeaseRecord } from '../../ports/broker.ts'

/** The largest fence and renewal count: the scripts accept no larger ones. */
const MAX_COUNT = 2 ** 52

const KINDS: ReadonlySet<string> = new Set<FrameKind>(['hello', 'snapshot', 'delta', 'transient'])

function isKind(text: string | undefined): text is FrameKind {
  return text !== undefined && KINDS.has(text)
}

function countOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return null
  const count = Number(text)
  return count < MAX_COUNT ? count : null
}

/** Reads a message of a lease channel: `owner fence renewals`. Returns null for a damaged one. */
export function leaseRecordOf(message: string): LeaseRecord | null {
  const [owner = '', fenceText, renewalsText, ...more] = message.split(' ')
  const [fence, renewals] = [countOf(fenceText), countOf(renewalsText)]
  return fence === null || renewals === null || more.length > 0 ? null : { owner, fence, renewals }
}

/** Reads a message of a frame channel: `kind fence number to`, a line break, and the text. Returns null for a damaged one. */
export function brokerFrameOf(message: string): BrokerFrame | null {
  const end = message.indexOf('\n')
  const [kind, fenceText, numberText, to, ...more] = message.slice(0, Math.max(end, 0)).split(' ')
  const [fence, number] = [countOf(fenceText), countOf(numberText)]
  if (fence === null || number === null || to === undefined || more.length > 0 || !isKind(kind)) return null
  return { kind, fence, number, to, text: message.slice(end + 1) }
}
