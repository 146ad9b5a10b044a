import type { Knob, KnobParameter } from '../../src/simulator/control/knob.ts'
import type { SeededRandom } from '../../src/simulator/seeded-random.ts'

/** Faults end within the test. */
const MAX_FAULT_MS = 40_000

/** Values for `row` that clients have met, or that break decoders. */
const STRANGE_JSON = [null, true, 0, -1, 1e21, 0.5, '', 'strange', [], {}, '9'.repeat(400)] as const
const FIELDS = ['side', 'quantity', 'price', 'pl', 'liquidation', 'balance', 'margin', 'id', 'lastPrice']
const ROUTES = ['/account', '/futures/*', '/futures/isolated/trades/running', '/futures/cross/position']

/** Values by the name of a parameter; undefined leaves an optional one out. */
const BY_NAME: Readonly<Record<string, (random: SeededRandom) => unknown>> = {
  usd: random => Math.round(random.between(50_000, 90_000) * 2) / 2,
  quantity: random => random.integer(1, 5_000),
  leverage: random => random.integer(2, 50),
  ms: random => random.integer(1_000, MAX_FAULT_MS),
  retryAfter: random => random.integer(0, 20),
  perSecond: random => random.integer(1, 20),
  spacingMs: random => random.integer(0, 1_000),
  distance: random => random.between(0, 0.3),
  stoploss: random => random.pick([0, 60_000]),
  takeprofit: random => random.pick([0, 80_000]),
  price: random => (random.chance(0.3) ? random.pick([60_000, 75_000]) : undefined),
  id: () => undefined,
  row: random => (random.chance(0.5) ? 0 : undefined),
  field: random => random.pick(FIELDS),
  raw: () => undefined,
  route: random => random.pick(ROUTES),
  topic: () => undefined,
}

/** Parameters of which the usual values have another meaning in one knob. */
const BY_KNOB: Readonly<Record<string, Readonly<Record<string, (random: SeededRandom) => unknown>>>> = {
  tick: { ms: random => random.pick([500, 1_000, 2_000]) },
  slow: { ms: random => random.pick([0, 300, 2_000]) },
  skew: { ms: random => random.pick([-5_000, 0, 5_000]) },
  market: { field: () => undefined, value: () => 'eth_usd' },
  addMargin: { sats: () => 5_000 },
  cashIn: { sats: () => 1_000 },
  deposit: { sats: random => random.integer(1, 1_000_000_000) },
  withdraw: { sats: random => random.integer(1, 10_000) },
  transfer: { sats: random => random.integer(-10_000, 10_000) },
}

function sampleOf({ kind, min = 0, max = 1, choices = [] }: KnobParameter, random: SeededRandom): unknown {
  switch (kind) {
    case 'choice':
      return random.pick(choices)
    case 'number':
      return random.between(min, max)
    case 'integer':
      return random.integer(min, max)
    case 'json':
      return random.pick(STRANGE_JSON)
    case 'row':
    case 'text':
      return random.pick(['strange', '漢字', 'a rather long text '.repeat(9)])
  }
}

/** Returns a command of a knob with random values. It may be impossible at the moment, such as closing a trade that is not there. */
export function anyCommand(
  { name, parameters }: Knob,
  random: SeededRandom,
): Readonly<Record<string, unknown>> {
  const values = Object.entries(parameters).map(([parameter, description]) => {
    const known = BY_KNOB[name]?.[parameter] ?? BY_NAME[parameter]
    return [parameter, known === undefined ? sampleOf(description, random) : known(random)]
  })
  return { do: name, ...Object.fromEntries(values) }
}

/** Ends the faults that have no end of their own. */
export const NO_FAULTS: readonly Readonly<Record<string, unknown>>[] = [
  { do: 'row', action: 'off' },
  { do: 'route', answer: 'off' },
  { do: 'permissions', action: 'off' },
  { do: 'topic', answer: 'off' },
  { do: 'limit' },
  { do: 'slow', ms: 0 },
  { do: 'skew', ms: 0 },
  { do: 'restore' },
  { do: 'cursor', mode: 'inclusive' },
  { do: 'tick', ms: 1_000 },
]
