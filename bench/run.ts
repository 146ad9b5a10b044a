// `npm run bench`: prints every result beside its target. Never fails because of a figure: those depend on the machine.
import { existsSync } from 'node:fs'
import { firstFrame } from './first-frame.ts'
import { type Result, resultLine } from './result.ts'
import { startup } from './startup.ts'
import { storedKey } from './stored-key.ts'

function print(title: string, results: readonly Result[]): void {
  console.log(`\n${title}`)
  for (const result of results) console.log(`  ${resultLine(result)}`)
}

print('Start-up of whole processes, CPU time, medians', await startup())
print('Start-up of the dashboard, wall time, medians', await firstFrame())
print('A key that is kept, against one in the environment, medians', await storedKey())

const frames = new URL('frames.ts', import.meta.url)
if (existsSync(frames)) {
  const module = (await import(frames.href)) as { frames?: () => Promise<readonly Result[]> }
  if (module.frames !== undefined) print('The dashboard', await module.frames())
}
