import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { openProcesses } from '../../../src/node/processes.ts'

const source = fileURLToPath(new URL('../../../src/node/processes.ts', import.meta.url))

/** Prints its identity and waits. */
const PROGRAM = `import(${JSON.stringify(source)}).then(({ openProcesses }) => {
  console.log(openProcesses().self)
  setInterval(() => {}, 60_000)
})`

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

async function startChild(): Promise<{ readonly child: ChildProcess; readonly identity: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
  return { child, identity: line.trim() }
}

/** Returns an identity with other values at some of its places: boot, namespace, process, start. */
function altered(identity: string, changes: Readonly<Record<number, string>>): string {
  return identity
    .split('/')
    .map((part, index) => changes[index] ?? part)
    .join('/')
}

test.runIf(process.platform === 'linux')('knows a process that was killed from one that runs', async () => {
  const processes = openProcesses()
  const { child, identity } = await startChild()
  expect(identity).toMatch(/^[0-9a-f-]{36}\/\d+\/\d+\/\d+$/)
  expect([processes.hasEnded(identity), processes.hasEnded(processes.self ?? '')]).toEqual([false, false])
  child.kill('SIGSTOP')
  expect(processes.hasEnded(identity)).toBe(false)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(processes.hasEnded(identity)).toBe(true)
})

test.runIf(process.platform === 'linux')(
  'knows a process from a later one with its id, and nothing of other boots, containers and formats',
  () => {
    const processes = openProcesses()
    const self = processes.self ?? ''
    expect(processes.hasEnded(altered(self, { 3: '1' }))).toBe(true)
    const unknown = [
      altered(self, { 0: '00000000-0000-4000-8000-000000000000', 3: '1' }),
      altered(self, { 1: '1', 3: '1' }),
      altered(self, { 2: '0' }),
      altered(self, { 2: '-1' }),
      altered(self, { 3: 'x' }),
      `${self}/1`,
      '',
      'x',
    ]
    expect(unknown.map(identity => processes.hasEnded(identity))).toEqual(unknown.map(() => false))
  },
)
