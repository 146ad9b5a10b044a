import type { RenderContext } from '../view/render-context.ts'
import { exchangeNow, until } from '../view/time-format.ts'

/** ` in 1h12m`; '' if the time of the next settlement is unknown. */
export function fundingTime({ model, info }: RenderContext): string {
  const { nextFundingAt } = model.market
  if (nextFundingAt === null) return ''
  return ` ${info.t('in {time}', { time: until(info, nextFundingAt, exchangeNow(model)) })}`
}
