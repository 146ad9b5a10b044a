/** Figures of the system that axisor replaces, as its documents state them. */
export const OLD = {
  webSocketMs: '12.6 ms mean, 10 to 15',
  httpMs: '328.4 ms mean',
  ratio: '× 0.04 (96.2 % less)',
  connections: '20 of 20 connected',
  reconnects: '5 of 5, under 2 s',
  memory: '201 MiB (back end only)',
  cpu: '0.53 % (back end only)',
  integration: 'opens, requests, prints the number of positions',
} as const

const NAME_WIDTH = 30
const OLD_WIDTH = 50

/** Prints the head of a table. */
export function title(text: string): void {
  console.log(`\n${text}`)
  row('', 'old system', 'axisor')
}

/** Prints a figure of both systems. */
export function row(name: string, old: string, ours: string): void {
  console.log(`  ${name.padEnd(NAME_WIDTH)}${old.padEnd(OLD_WIDTH)}${ours}`)
}

/** Formats a mean with the least and the most. */
export function spread(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return `${mean(values).toFixed(2)} ms mean, ${least.toFixed(2)} to ${most.toFixed(2)}`
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
