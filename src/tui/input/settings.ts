import { CANDLE_LENGTHS } from '../../domain/candle-range.ts'
import { BASES, type Choices, RANGES, SORTS, UNITS } from './ui-state.ts'

/** A choice of the user that the palette sets by its value. */
export interface Setting {
  readonly name: string
  readonly values: readonly SettingValue[]
}

interface SettingValue {
  readonly value: string
  readonly help: string
  readonly choice: Partial<Choices>
}

function settingOf<Value extends string>(
  name: string,
  values: readonly Value[],
  help: (value: Value) => string,
  choice: (value: Value) => Partial<Choices>,
): Setting {
  return { name, values: values.map(value => ({ value, help: help(value), choice: choice(value) })) }
}

export const UNIT_SETTING = settingOf(
  'unit',
  UNITS,
  unit => `amounts in ${unit}`,
  unit => ({ unit }),
)

export const BASIS_SETTING = settingOf(
  'basis',
  BASES,
  basis => (basis === 'gross' ? 'P&L before fees' : 'P&L after fees'),
  basis => ({ basis }),
)

export const SORT_SETTING = settingOf(
  'sort',
  SORTS,
  by => `positions by ${by}`,
  by => ({ sort: { by, order: 'usual' } }),
)

export const MASK_SETTING = settingOf(
  'mask',
  ['on', 'off'],
  value => (value === 'on' ? 'hides amounts' : 'shows amounts'),
  value => ({ amounts: value === 'on' ? 'masked' : 'shown' }),
)

export const ZONE_SETTING = settingOf(
  'zone',
  ['utc', 'local'],
  zone => (zone === 'utc' ? 'times in UTC' : 'times in local time'),
  zone => ({ zone }),
)

export const CANDLES_SETTING = settingOf(
  'candles',
  CANDLE_LENGTHS,
  length => `candles of ${length}`,
  candleRange => ({ candleRange }),
)

export const RANGE_SETTING = settingOf(
  'range',
  RANGES,
  range => `equity curve of ${range}`,
  range => ({ range }),
)
