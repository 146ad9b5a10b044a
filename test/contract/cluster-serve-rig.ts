import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Secret } from '../../src/domain/secret.ts'
import type { Feed } from '../../src/feed/feed.ts'
import { openRelayFeed } from '../../src/feed/relay/relay.ts'
import { openClock } from '../../src/node/clock.ts'
import { openHttp } from '../../src/node/net/http.ts'
import { openSockets } from '../../src/node/net/sockets.ts'
import { openRandom } from '../../src/node/random.ts'
import type { PlainCredentials } from '../../src/ports/simulated-exchange.ts'
import { selectPositions } from '../../src/store/selectors/positions.ts'
import { selectSource } from '../../src/store/selectors/source.ts'
import { openStore } from '../../src/store/store.ts'

/** The built program, with one state folder for all its processes. */
export interface BuiltAxisor {
  /** Runs a command to its end and returns its output. */
  run(input: string, ...argv: readonly string[]): Promise<string>
  /** Starts `relay serve`. Resolves when it listens. */
  serve(...argv: readonly string[]): Promise<ServedRelay>
  close(): Promise<void>
}

export interface ServedRelay {
  readonly url: string
  readonly port: number
  signal(name: NodeJS.Signals): void
  ended(): Promise<number | null>
}

/** Builds the current program into a temporary folder. */
export function buildAxisor(): BuiltAxisor {
  const folder = mkdtempSync(join(tmpdir(), 'axisor-served-'))
  execFileSync(process.execPath, ['tools/build.js', '--outdir', join(folder, 'dist')])
  cpSync(fileURLToPath(new URL('../../bin', import.meta.url)), join(folder, 'bin'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const main = join(folder, 'bin', 'axisor.js')
  const env = { PATH: process.env.PATH, HOME: folder, XDG_STATE_HOME: join(folder, 'state') }
  const children: ChildProcess[] = []
  return {
    async run(input, ...argv) {
      const child = spawn(process.execPath, [main, ...argv], { env, stdio: ['pipe', 'pipe', 'pipe'] })
      let out = ''
      let errors = ''
      child.stdout.on('data', (data: Buffer) => {
        out += data
      })
      child.stderr.on('data', (data: Buffer) => {
        errors += data
      })
      child.stdin.end(input)
      const [code] = await once(child, 'close')
      if (code !== 0) throw new Error(`axisor ${argv.join(' ')} ended with ${code}: ${errors}`)
      return out
    },
    async serve(...argv) {
      const child = spawn(process.execPath, [main, 'relay', 'serve', '--log-level', 'error', ...argv], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      const ended = once(child, 'exit').then(([code]) => code as number | null)
      const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
      const first = await Promise.race([once(lines, 'line').then(([line]) => String(line)), ended])
      if (typeof first !== 'string') throw new Error(`relay serve ended with ${first}`)
      const { url } = JSON.parse(first) as { url: string }
      return {
        url,
        port: Number(new URL(url).port),
        signal: name => void child.kill(name),
        ended: () => ended,
      }
    },
    async close() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The key as input of `relay credentials set --with-stdin`. */
export function keyText({ key, secret, passphrase }: PlainCredentials): string {
  return `${JSON.stringify({ key, secret, passphrase })}\n`
}

/** The state that a terminal would show. */
export interface ClusterClient {
  /** Waits until the state matches. Resolves with the time that took, in ms. */
  until(what: string, condition: (state: ClientState) => boolean): Promise<number>
  state(): ClientState
  /** The longest time without market data since the last call. */
  longestGapMs(): number
  close(): void
}

export interface ClientState {
  readonly link: string | null
  readonly stale: boolean
  readonly positions: readonly string[]
  /** The links behind the client's own, in order, as `kind link`. */
  readonly hops: readonly string[]
}

const TIMEOUT_MS = 30_000

/** A client of a relay on real sockets. */
export function openClusterClient(url: string, token: string): ClusterClient {
  const clock = openClock()
  const http = openHttp('axisor/test')
  const feed: Feed = openRelayFeed(
    { clock, random: openRandom(), http, sockets: openSockets('axisor/test') },
    { url, token: new Secret(token) },
  )
  const store = openStore()
  const watchers = new Set<() => void>()
  let dataAt = performance.now()
  let longest = 0
  feed.start(event => {
    store.dispatch(event)
    if (event.type === 'change' || event.type === 'reset') {
      longest = Math.max(longest, performance.now() - dataAt)
      dataAt = performance.now()
    }
    for (const check of [...watchers]) check()
  })
  function state(): ClientState {
    const current = store.state()
    const now = clock.nowMs()
    const hops: string[] = []
    for (let hop = current.status?.upstream ?? null; hop !== null; hop = hop.upstream)
      hops.push(`${hop.kind} ${hop.link}`)
    return {
      link: current.status?.link ?? null,
      stale: selectSource(current, now).stale,
      positions: selectPositions(current, now)
        .map(({ position }) => position.id)
        .sort(),
      hops,
    }
  }
  return {
    state,
    until(what, condition) {
      const startedAt = performance.now()
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(check)
          reject(new Error(`not ${what} in time, but ${JSON.stringify(state())}`))
        }, TIMEOUT_MS)
        const check = () => {
          if (!condition(state())) return
          clearTimeout(timer)
          watchers.delete(check)
          resolve(performance.now() - startedAt)
        }
        watchers.add(check)
        check()
      })
    },
    longestGapMs() {
      const gap = Math.max(longest, performance.now() - dataAt)
      longest = 0
      return gap
    },
    close() {
      feed.stop()
      http.close()
    },
  }
}
