import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { SkippedTests } from './test/services/skipped-tests.ts'
import { ClosingLine } from './tools/closing-line.js'

/**
 * Tests that start processes, open ports or need the built program, and the eight that run for seconds. All others are unit tests;
 * `test/support/unit-guard.ts` holds them to it.
 */
const INTEGRATION = [
  'test/terminal/**/*.test.ts',
  'test/architecture/{bundle,container,deploy,package}.test.ts',
  'test/commands/{canary,relay-canary}.test.ts',
  'test/contract/{feed-time,history-thread,ledger-faults,ledger-file,ledger-kills,ledger-postgres,ledger-thread,official-sdk,outbox-file,outbox-processes,relay-backup-full-disk,relay-many-accounts,secrets}.test.ts',
  'test/frames/{hour,sizes,themes}.test.ts',
  'test/fuzz/servers.test.ts',
  'test/contract/{broker,broker-damage,broker-redis,cluster-processes,cluster-serve}.test.ts',
  'test/contract/{feed-loopback,feed-relay-loopback,net-http,net-sockets}.test.ts',
  'test/contract/relay-{alerts-http,browsers,certificate,compression,connection-cap,example-client,floods,hostile-clients,http,late-database,legacy-client,metrics,read-all,replies,security,token-traces,waiting-server}.test.ts',
  'test/contract/{relay-store-pgbouncer,relay-store-postgres,relay-store-sqlite,secrets-keyring,simulator-hostile-clients,simulator-server,snapshot-matches}.test.ts',
  'test/contract/{proxy,status-server,verified-tls}.test.ts',
  'test/unit/commands/man-page/man-page.test.ts',
  'test/unit/node/files/*.test.ts',
  'test/unit/node/notify/*.test.ts',
  'test/unit/node/processes.test.ts',
  'test/unit/node/secrets/**/*.test.ts',
  'test/unit/relay/clients/websocket-frame.test.ts',
  'test/unit/tools/*.test.ts',
]

/** A limit on what hangs, not on what is slow: the machine may be busy. */
const LIMITS = { testTimeout: 60_000, hookTimeout: 60_000 }

/** Most tests make much that lives shortly: a larger young generation saves a tenth of the time. */
const execArgv = ['--max-semi-space-size=32']

export default defineConfig({
  test: {
    passWithNoTests: false,
    // The skipped tests are named before the summary of the default reporter.
    reporters: [new SkippedTests(), 'default', new ClosingLine()],
    projects: [
      {
        test: {
          ...LIMITS,
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: INTEGRATION,
          setupFiles: ['test/support/unit-guard.ts'],
          // One module graph per worker: loading it once per file would take longer than the tests.
          isolate: false,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 0 },
          execArgv,
        },
      },
      {
        test: {
          ...LIMITS,
          name: 'integration',
          include: INTEGRATION,
          globalSetup: ['test/services/debian.ts'],
          // Half of their time they wait for other processes.
          maxWorkers: availableParallelism() + 2,
          sequence: { groupOrder: 1 },
          execArgv,
        },
      },
    ],
  },
})
