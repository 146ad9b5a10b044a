import type { Alert } from '../../domain/alerts/alert.ts'
import { sanitize } from '../../domain/sanitize.ts'
import { MASK } from './format.ts'
import type { RenderContext } from './render-context.ts'

/** Amounts in sentences of alerts. */
const AMOUNT = /[+-]?\d[\d,.]*(?= (?:USD|sats)\b)/g

/** The sentence of an alert, or another text about it. With privacy on all amounts are masked but the prices of price alerts. */
export function alertText(
  context: Pick<RenderContext, 'ui' | 'info'>,
  alert: Pick<Alert, 'kind' | 'message'>,
  text = alert.message,
): string {
  return context.info.t.sentence(maskedText(context, alert, text))
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
