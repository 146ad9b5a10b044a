import type { FundingRule } from '../../domain/alerts/rule.ts'
import { formatNumber } from '../../domain/format.ts'
import { ALL_HELD, type AlertInput, type Outcome, type PreviousLevel } from '../alert-input.ts'
import { crossed, outcomeOf, type Slack, type Watched } from './bounds.ts'

const RATE_SLACK: Slack = { fraction: 0.01, least: 0 }

/** Near 0 what the next funding costs changes by a sat with each price. */
const COST_SLACK: Slack = { fraction: 0.01, least: 1 }

const RATE_TEXT = (percent: number): string => `${formatNumber(percent, 4)}%`

const LONGS_PAY: Watched = {
  kind: 'funding',
  subject: 'market',
  name: 'the next funding rate (longs pay)',
  text: RATE_TEXT,
}

const SHORTS_PAY: Watched = { ...LONGS_PAY, name: 'the next funding rate (shorts pay)' }

const COST: Watched = {
  kind: 'funding',
  subject: 'account',
  name: 'what the next funding costs this account',
  text: value => `${formatNumber(value)} sats`,
}

/** Evaluates the next funding rate and what this account pays at the next settlement. */
export function evaluateFunding(
  rule: FundingRule,
  { market, totals, source }: AlertInput,
  previousLevel: PreviousLevel,
): Outcome {
  if (market.stale) return ALL_HELD
  const rate = market.fundingRate
  const cost = source.stale || totals.nextFundingSats === null ? null : -totals.nextFundingSats
  const ofRate =
    rate === null
      ? []
      : crossed(
          rule,
          rate < 0 ? SHORTS_PAY : LONGS_PAY,
          Math.abs(rate) * 100,
          { above: rule.ratePercentAbove, below: null },
          RATE_SLACK,
          previousLevel,
          ' rate',
        )
  const ofCost =
    cost === null
      ? []
      : crossed(
          rule,
          COST,
          cost,
          { above: rule.costSatsAbove, below: null },
          COST_SLACK,
          previousLevel,
          ' cost',
        )
  const outcome = outcomeOf(ofRate, ofCost)
  if (rate !== null && cost !== null) return outcome
  return { ...outcome, isHeld: key => (key === 'above rate' ? rate === null : cost === null) }
}
