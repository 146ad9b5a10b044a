/** Converts a finite double to an exact fraction with a power of two as its denominator. */
function fraction(value: number): { numerator: bigint; denominator: bigint } {
  let denominator = 1n
  let scaled = value
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    denominator *= 2n
  }
  return { numerator: BigInt(scaled), denominator }
}

/** The integer nearest to n/d for d > 0. Halves round away from zero, so that -n gives the negative result. */
function roundedQuotient(n: bigint, d: bigint): bigint {
  const magnitude = n < 0n ? -n : n
  const rounded = (2n * magnitude + d) / (2n * d)
  return n < 0n ? -rounded : rounded
}

/**
 * Returns the integer nearest to `factor · (1/from − 1/to)`, without floating-point error even close to a half. Uses doubles if their
 * error bound allows it (nearly always), otherwise rational arithmetic.
 * `factor` is a safe integer; `from` and `to` are positive and finite.
 */
export function roundedInverseDifference(factor: number, from: number, to: number): number {
  const estimate = (factor * (to - from)) / (from * to)
  const rounded = Math.round(estimate)
  const distanceToHalf = Math.abs(Math.abs(estimate - rounded) - 0.5)
  // Four rounding errors of at most 2^-53 each, relative to the larger term of the subtraction.
  const errorBound = (Math.abs(factor) / Math.min(from, to)) * 2 ** -50
  if (distanceToHalf > errorBound && errorBound < 0.25) return rounded + 0
  const a = fraction(from)
  const b = fraction(to)
  // factor·(aD/aN − bD/bN) = factor·(aD·bN − bD·aN) / (aN·bN)
  const numerator = BigInt(factor) * (a.denominator * b.numerator - b.denominator * a.numerator)
  return Number(roundedQuotient(numerator, a.numerator * b.numerator))
}

/** Returns the floor of `numerator · rate / denominator`, exactly, for a safe-integer numerator and positive values. */
export function flooredShare(numerator: number, rate: number, denominator: number): number {
  return wholeShare(numerator, rate, denominator).floor
}

/** Returns `numerator · rate / denominator` rounded up, exactly, for a safe-integer numerator and positive values. */
export function ceiledShare(numerator: number, rate: number, denominator: number): number {
  const { floor, isWhole } = wholeShare(numerator, rate, denominator)
  return isWhole ? floor : floor + 1
}

function wholeShare(
  numerator: number,
  rate: number,
  denominator: number,
): { readonly floor: number; readonly isWhole: boolean } {
  const estimate = (numerator * rate) / denominator
  const floor = Math.floor(estimate)
  const errorBound = Math.abs(estimate) * 2 ** -50
  if (estimate - floor > errorBound && floor + 1 - estimate > errorBound) return { floor, isWhole: false }
  // Rates are decimals (0.001) that doubles only approximate: use the decimal.
  const [rateNumerator, rateDenominator] = decimalFraction(rate)
  const d = fraction(denominator)
  const dividend = BigInt(numerator) * rateNumerator * d.denominator
  const divisor = rateDenominator * d.numerator
  return { floor: Number(dividend / divisor), isWhole: dividend % divisor === 0n }
}

/** Fixed-point unit of amounts that are not rounded to sats yet: 10^30 per sat, so that rounding errors stay far below any tie. */
const FIXED_UNIT = 10n ** 30n

/** Error bound of a sum of 100,000 fixed-point amounts. An amount this close to a half of a sat is a half. */
const FIXED_ERROR = 10n ** 6n

/** Returns `numerator / denominator` as a fixed-point amount, for a safe integer and a positive, finite denominator. */
export function fixedQuotient(numerator: number, denominator: number): bigint {
  const d = fraction(denominator)
  return roundedQuotient(BigInt(numerator) * FIXED_UNIT * d.denominator, d.numerator)
}

/** Returns the share `part / whole` of a fixed-point amount, for safe integers and a positive `whole`. */
export function fixedShare(amount: bigint, part: number, whole: number): bigint {
  return roundedQuotient(amount * BigInt(part), BigInt(whole))
}

/** Returns the integer nearest to a fixed-point amount. Halves round away from zero. */
export function roundedFixed(amount: bigint): number {
  const towardTie = amount < 0n ? -FIXED_ERROR : FIXED_ERROR
  return Number(roundedQuotient(amount + towardTie, FIXED_UNIT)) + 0
}

/** Returns a fixed-point amount as the nearest double. */
export function fixedToNumber(amount: bigint): number {
  return Number(amount) / Number(FIXED_UNIT)
}

function decimalFraction(value: number): [bigint, bigint] {
  const digits = 12
  return [BigInt(Math.round(value * 10 ** digits)), 10n ** BigInt(digits)]
}
