import { decimal } from '../../config/parsers.ts'
import { percent } from '../../config/percent.ts'
import { BOUNDS } from '../../domain/units.ts'
import { choice, type OptionsOf, option, withDefault } from '../options.ts'
import { JSON_OPTION } from '../output-options.ts'
import { SNAPSHOT_TIMEOUT_OPTION, SOURCE_OPTIONS } from '../source-options.ts'

const PRICE = decimal(BOUNDS.leastPriceUsd, BOUNDS.mostPriceUsd)

export const WHAT_IF_OPTIONS = {
  price: option('--price <usd>', 'the other price, in USD per BTC', PRICE),
  move: option('--move <percent>', "or the move from today's price, such as -10%", percent(-99, 1_000)),
  distance: withDefault(
    option(
      '--distance <percent>',
      'the distance to liquidation that the margin to add is for (default 10%)',
      percent(0, 99),
    ),
    0.1,
  ),
  ...JSON_OPTION,
  ...SNAPSHOT_TIMEOUT_OPTION,
  ...SOURCE_OPTIONS,
}

export type WhatIfOptions = OptionsOf<typeof WHAT_IF_OPTIONS>

export const SIZE_OPTIONS = {
  risk: option(
    '--risk <percent>',
    'the part of the equity that the stop may cost, fees included',
    percent(0, 100, true),
  ),
  stop: option('--stop <usd>', 'the price of the stop-loss', PRICE),
  side: choice('--side <side>', 'long or short (default: by the stop)', ['long', 'short']),
  leverage: option(
    '--leverage <number>',
    'default: the highest that is not liquidated before the stop',
    decimal(1, 100),
  ),
  entry: option('--entry <usd>', 'the price of a limit order (default: the market now)', PRICE),
  ...JSON_OPTION,
  ...SNAPSHOT_TIMEOUT_OPTION,
  ...SOURCE_OPTIONS,
}

export type SizeOptions = OptionsOf<typeof SIZE_OPTIONS>
