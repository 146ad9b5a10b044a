import { defineConfig } from 'vitest/config'
import { ClosingLine } from './tools/closing-line.js'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    globalSetup: ['test/services/debian.ts'],
    passWithNoTests: false,
    reporters: ['default', new ClosingLine()],
  },
})
