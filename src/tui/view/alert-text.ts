import type { Alert } from '../../domain/alerts/alert.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { type Line, type Role, segment, verbatimSegment } from '../paint/line.ts'
import { MASK } from './format.ts'
import type { RenderContext } from './render-context.ts'

/** Amounts in sentences of alerts. */
const AMOUNT = /[+-]?\d[\d,.]*(?= (?:USD|sats)\b)/g

/** The sentence of an alert, or another text about it. With privacy on all amounts are masked but the prices of price alerts. */
function alertText(
  context: Pick<RenderContext, 'ui' | 'info'>,
  alert: Pick<Alert, 'kind' | 'message'>,
  text = alert.message,
): string {
  return context.info.t.sentence(maskedText(context, alert, text))
}

/** What another party wrote in a sentence of an alert. */
const FOREIGN = [
  /^announcement of the exchange: (?<foreign>.+)$/s,
  /^(?:the exchange refuses the API key|axisor no longer watches this account): (?<foreign>.+)$/s,
  /^(?:no fresh|the link is lost) .*?for \S+ \((?<foreign>.+)\)(?=: liquidation alerts|$)/s,
  / can't be read \((?<foreign>.+)\): its risk is unknown/s,
] as const

/** The sentence of an alert as a line. What another party wrote in it stays as it is, also its numbers. */
export function alertSegments(
  context: Pick<RenderContext, 'ui' | 'info'>,
  alert: Pick<Alert, 'kind' | 'message'>,
  { text = alert.message, role = 'plain' }: { readonly text?: string; readonly role?: Role } = {},
): Line {
  const shown = alertText(context, alert, text)
  const english = maskedText(context, alert, text)
  const foreign = FOREIGN.map(pattern => pattern.exec(english)?.groups?.foreign).find(Boolean)
  if (foreign === undefined || !shown.includes(foreign)) return [segment(shown, role)]
  const at = shown.endsWith(foreign) ? shown.length - foreign.length : shown.indexOf(foreign)
  return [
    segment(shown.slice(0, at), role),
    verbatimSegment(foreign, role),
    segment(shown.slice(at + foreign.length), role),
  ]
}

/** Subjects that are no position or order, as texts. */
const SUBJECTS = {
  account: 'account',
  market: 'market',
  connection: 'connection',
  key: 'key',
  exchange: 'exchange',
  delivery: 'delivery',
} as const

/** What an alert is about, masked like its sentence. */
export function subjectText(
  context: Pick<RenderContext, 'ui' | 'info'>,
  alert: Pick<Alert, 'kind' | 'message' | 'subject'>,
): string {
  const { subject } = alert
  // `market` alone is also the kind of an order, which is another word.
  if (Object.hasOwn(SUBJECTS, subject)) return context.info.t(SUBJECTS[subject as keyof typeof SUBJECTS])
  return alertText(context, alert, subject)
}

/** The same in English. */
export function maskedText(
  { ui }: Pick<RenderContext, 'ui'>,
  { kind, message }: Pick<Alert, 'kind' | 'message'>,
  text = message,
): string {
  const clean = sanitize(text)
  return ui.amounts === 'masked' && kind !== 'price' ? clean.replace(AMOUNT, MASK) : clean
}
