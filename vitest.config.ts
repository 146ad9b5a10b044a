import { defineConfig } from 'vitest/config'
import { ClosingLine } from './tools/closing-line.js'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    globalSetup: ['test/services/debian.ts'],
    passWithNoTests: false,
    // A limit on what hangs, not on what is slow: the machine may be busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new ClosingLine()],
  },
})
