/** A finite double as an exact fraction: numerator over a power of two. */
function fraction(value: number): { numerator: bigint; denominator: bigint } {
  let denominator = 1n
  let scaled = value
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    denominator *= 2n
  }
  return { numerator: BigInt(scaled), denominator }
}

/** Nearest integer to n/d for d > 0; halves go away from zero, so that the result of -n is minus the result of n. */
function roundedQuotient(n: bigint, d: bigint): bigint {
  const magnitude = n < 0n ? -n : n
  const rounded = (2n * magnitude + d) / (2n * d)
  return n < 0n ? -rounded : rounded
}

/**
 * The whole number nearest to `factor · (1/from − 1/to)`, exactly: no floating-point error however close to a half.
 * Doubles decide when they safely can (nearly always); otherwise rational arithmetic does.
 * `factor` is a safe integer, `from` and `to` are positive and finite.
 */
export function roundedInverseDifference(factor: number, from: number, to: number): number {
  const estimate = (factor * (to - from)) / (from * to)
  const rounded = Math.round(estimate)
  const distanceToHalf = Math.abs(Math.abs(estimate - rounded) - 0.5)
  // Four roundings of at most 2^-53 each, relative to the larger of the terms that were subtracted.
  const errorBound = (Math.abs(factor) / Math.min(from, to)) * 2 ** -50
  if (distanceToHalf > errorBound && errorBound < 0.25) return rounded + 0
  const a = fraction(from)
  const b = fraction(to)
  // factor·(aD/aN − bD/bN) = factor·(aD·bN − bD·aN) / (aN·bN)
  const numerator = BigInt(factor) * (a.denominator * b.numerator - b.denominator * a.numerator)
  return Number(roundedQuotient(numerator, a.numerator * b.numerator))
}

/** The whole number at or below `numerator · rate / denominator`, for a safe-integer numerator and positive values. */
export function flooredShare(numerator: number, rate: number, denominator: number): number {
  const estimate = (numerator * rate) / denominator
  const floor = Math.floor(estimate)
  const errorBound = Math.abs(estimate) * 2 ** -50
  if (estimate - floor > errorBound && floor + 1 - estimate > errorBound) return floor
  // Rates are decimals (0.001) that doubles only approximate: take the decimal that was meant.
  const [rateNumerator, rateDenominator] = decimalFraction(rate)
  const d = fraction(denominator)
  return Number((BigInt(numerator) * rateNumerator * d.denominator) / (rateDenominator * d.numerator))
}

function decimalFraction(value: number): [bigint, bigint] {
  const digits = 12
  return [BigInt(Math.round(value * 10 ** digits)), 10n ** BigInt(digits)]
}
