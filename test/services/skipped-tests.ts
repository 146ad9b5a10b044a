import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { hintsFor } from './debian.ts'

/** A vitest reporter that names the skipped tests, and how to run those that need a service. List it before `default`, whose summary ends the run. */
export class SkippedTests implements Reporter {
  private vitest: Vitest | null = null

  onInit(vitest: Vitest): void {
    this.vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = skippedLines(modules)
    if (lines.length > 0) this.vitest?.logger.log(`\n${lines.join('\n')}`)
  }
}

/** One line for each skipped test, then one for each missing service; empty if no test was skipped. */
export function skippedLines(modules: readonly TestModule[]): readonly string[] {
  const skipped = modules.flatMap(({ children }) => [...children.allTests('skipped')])
  if (skipped.length === 0) return []
  const provided = modules.map(({ project }) => project.getProvidedContext().services)
  const services = provided.find(each => each !== undefined)
  return [
    ...skipped.map(({ fullName }) => `skipped: ${fullName}`),
    ...(services === undefined ? [] : hintsFor(services)),
  ]
}
