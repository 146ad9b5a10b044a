import { Counter, Gauge, type Registry } from 'prom-client'

/** Name without the prefix of a relay, and help. */
type Description = readonly [name: string, help: string]

const PREFIX = 'axisor_relay_'

/** Adds a gauge. It has no sample while its value is null. */
export function gauge(registry: Registry, [name, help]: Description, value: () => number | null): void {
  new Gauge({
    name: `${PREFIX}${name}`,
    help,
    registers: [registry],
    collect() {
      const current = value()
      if (current === null) this.remove()
      else this.set(current)
    },
  })
}

/** Adds a counter, which is counted elsewhere. */
export function counter(registry: Registry, [name, help]: Description, value: () => number): void {
  new Counter({
    name: `${PREFIX}${name}`,
    help,
    registers: [registry],
    collect() {
      this.reset()
      this.inc(value())
    },
  })
}

/** The values of a metric by its one label. `known` labels are 0 from the start: the first event of a label that appears with it is lost to rates. */
interface LabeledSeries {
  readonly label: string
  readonly known: readonly (string | number)[]
  values(): ReadonlyMap<string | number, number>
}

/** Adds a counter with a label. */
export function counterByLabel(registry: Registry, [name, help]: Description, series: LabeledSeries): void {
  new Counter({
    name: `${PREFIX}${name}`,
    help,
    labelNames: [series.label],
    registers: [registry],
    collect() {
      this.reset()
      for (const [key, value] of withZeros(series)) this.inc({ [series.label]: key }, value)
    },
  })
}

/** Adds a gauge with a label. */
export function gaugeByLabel(registry: Registry, [name, help]: Description, series: LabeledSeries): void {
  new Gauge({
    name: `${PREFIX}${name}`,
    help,
    labelNames: [series.label],
    registers: [registry],
    collect() {
      for (const [key, value] of withZeros(series)) this.set({ [series.label]: key }, value)
    },
  })
}

function withZeros({ known, values }: LabeledSeries): ReadonlyMap<string, number> {
  const all = new Map(known.map(key => [String(key), 0]))
  for (const [key, value] of values()) all.set(String(key), value)
  return all
}
