import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Creates a temporary directory for a test; `remove` deletes it with its content. */
export function openTempFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'axisor-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
