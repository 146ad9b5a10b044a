import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of one test, and what takes it away with all that is in it. */
export function openTempFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'axisor-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
