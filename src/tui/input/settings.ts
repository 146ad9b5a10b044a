import { CANDLE_LENGTHS } from '../../domain/candle-range.ts'
import type { Translate } from '../lang/translate.ts'
import { BASES, type Choices, RANGES, SORTS, UNITS } from './ui-state.ts'

/** A choice of the user that the palette sets by its value. */
export interface Setting {
  readonly name: string
  readonly values: readonly SettingValue[]
}

interface SettingValue {
  readonly value: string
  readonly help: (t: Translate) => string
  readonly choice: Partial<Choices>
}

function settingOf<Value extends string>(
  name: string,
  values: readonly Value[],
  help: (value: Value, t: Translate) => string,
  choice: (value: Value) => Partial<Choices>,
): Setting {
  return { name, values: values.map(value => ({ value, help: t => help(value, t), choice: choice(value) })) }
}

export const UNIT_SETTING = settingOf(
  'unit',
  UNITS,
  (unit, t) => t('amounts in {unit}', { unit }),
  unit => ({ unit }),
)

export const BASIS_SETTING = settingOf(
  'basis',
  BASES,
  (basis, t) => (basis === 'gross' ? t('P&L before fees') : t('P&L after fees')),
  basis => ({ basis }),
)

export const SORT_SETTING = settingOf(
  'sort',
  SORTS,
  (by, t) => t('positions by {by}', { by: t(by) }),
  by => ({ sort: { by, order: 'usual' } }),
)

export const MASK_SETTING = settingOf(
  'mask',
  ['on', 'off'],
  (value, t) => (value === 'on' ? t('hides amounts') : t('shows amounts')),
  value => ({ amounts: value === 'on' ? 'masked' : 'shown' }),
)

export const ZONE_SETTING = settingOf(
  'zone',
  ['utc', 'local'],
  (zone, t) => (zone === 'utc' ? t('times in UTC') : t('times in local time')),
  zone => ({ zone }),
)

export const CANDLES_SETTING = settingOf(
  'candles',
  CANDLE_LENGTHS,
  (length, t) => t('candles of {range}', { range: length }),
  candleRange => ({ candleRange }),
)

export const RANGE_SETTING = settingOf(
  'range',
  RANGES,
  (range, t) => t('equity curve of {range}', { range }),
  range => ({ range }),
)
