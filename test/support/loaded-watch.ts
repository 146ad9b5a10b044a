/** Loads all that `axisor watch` loads while it runs: to load takes real time, in which fake time must not run. */
await Promise.all([
  import('../../src/tui/dashboard.tsx'),
  import('../../src/tui/terminal/background-probe.ts'),
  import('../../src/commands/watch/screen.ts'),
  import('../../src/commands/watch/account-history.ts'),
  import('../../src/commands/watch/export-shown.ts'),
])
