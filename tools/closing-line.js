/**
 * A vitest reporter that prints the last line of the run: `N passed, N failed`, and `, N skipped` if any were skipped.
 * Errors outside tests (a file that cannot be loaded, an unhandled rejection) count as failed. A run without tests fails.
 */
export class ClosingLine {
  onInit(vitest) {
    this.watching = vitest.config.watch
  }

  onTestRunEnd(modules, unhandledErrors) {
    const line = closingLine(countTests(modules), unhandledErrors.length)
    if (this.watching) return
    // Printed at exit, after the output of the other reporters.
    process.once('exit', () => {
      if (line.startsWith('0 passed, 0 failed')) process.exitCode ||= 1
      process.stdout.write(`\n${line}\n`)
    })
  }
}

function countTests(modules) {
  const count = { passed: 0, failed: 0, skipped: 0 }
  for (const module of modules) {
    let failedHere = 0
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') count.passed += 1
      else if (state === 'failed') failedHere += 1
      else count.skipped += 1
    }
    if (failedHere === 0 && module.state() === 'failed') failedHere = 1
    count.failed += failedHere
  }
  return count
}

function closingLine({ passed, failed, skipped }, unhandledErrors) {
  const line = `${passed} passed, ${failed + unhandledErrors} failed`
  return skipped === 0 ? line : `${line}, ${skipped} skipped`
}
