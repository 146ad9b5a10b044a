import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

/** A redis-server of one test file, and controls for its failures. */
export interface RedisService {
  readonly host: string
  readonly port: number
  /** `redis://127.0.0.1:port` */
  readonly url: string
  /** Kills the server, which loses all data, and starts it on the same port. */
  restart(): Promise<void>
  kill(): Promise<void>
  start(): Promise<void>
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

const LOOPBACK = '127.0.0.1'

/** Exits with the server, and kills it when the pipe from this process is closed, however this process ends. */
const WATCHED = `exec 3<&0
redis-server "$@" 3<&- & engine=$!
exec 2>/dev/null
(cat <&3 >/dev/null; kill -9 $engine 2>/dev/null) & watcher=$!
wait $engine
kill $watcher 2>/dev/null`

/** Resolves with the reply to PING; rejects if no server listens. */
function ping(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: LOOPBACK, port }, () => socket.write('PING\r\n'))
    socket.once('data', data => {
      socket.destroy()
      resolve(data.toString())
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed')))
  })
}

/** Starts a redis-server without persistence on a free loopback port. Call `stop` at the end; it also stops if the tests die. */
export async function openRedis(options: readonly string[] = []): Promise<RedisService> {
  const folder = mkdtempSync(join(tmpdir(), 'axisor-redis-'))
  const port = await freePort()
  let child: ChildProcess | null = null
  let enginePid = 0

  async function start(): Promise<void> {
    const args = ['--bind', LOOPBACK, '--port', `${port}`, '--dir', folder, '--save', '', ...options]
    const started = spawn('sh', ['-c', WATCHED, 'sh', ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    child = started
    await new Promise<void>((resolve, reject) => {
      let log = ''
      started.stdout.on('data', (data: Buffer) => {
        log += data.toString()
        const pid = /^(\d+):[CM]/m.exec(log)?.[1]
        if (pid !== undefined) enginePid = Number(pid)
        if (/Ready to accept connections/.test(log)) resolve()
      })
      started.once('exit', () => reject(new Error(`redis-server ended: ${log}`)))
    })
    await ping(port)
  }

  async function kill(): Promise<void> {
    const ending = child
    child = null
    if (ending === null) return
    // Closing the pipe kills the server, even if frozen, and its shell.
    const gone = new Promise(resolve => ending.once('exit', resolve))
    ending.stdin?.end()
    if (ending.exitCode === null && ending.signalCode === null) await gone
  }

  await start()
  return {
    host: LOOPBACK,
    port,
    url: `redis://${LOOPBACK}:${port}`,
    start,
    kill,
    async restart() {
      await kill()
      await start()
    },
    freeze: () => void process.kill(enginePid, 'SIGSTOP'),
    thaw: () => void process.kill(enginePid, 'SIGCONT'),
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
