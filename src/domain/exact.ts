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
  const estimate = (numerator * rate) / denominator
  const floor = Math.floor(estimate)
  const errorBound = Math.abs(estimate) * 2 ** -50
  if (estimate - floor > errorBound && floor + 1 - estimate > errorBound) return floor
  // Rates are decimals (0.001) that doubles only approximate: use the decimal.
  const [rateNumerator, rateDenominator] = decimalFraction(rate)
  const d = fraction(denominator)
  return Number((BigInt(numerator) * rateNumerator * d.denominator) / (rateDenominator * d.numerator))
}

function decimalFraction(value: number): [bigint, bigint] {
  const digits = 12
  return [BigInt(Math.round(value * 10 ** digits)), 10n ** BigInt(digits)]
}
