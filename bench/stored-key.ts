import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { median, type Result } from './result.ts'
import { BETWEEN_SNAPSHOTS_MS, LAUNCHER, openSimulator, timed } from './startup.ts'

const ROUNDS = 9
const PASSPHRASE = 'a passphrase of this bench'

/** How a store was made ready; null when this machine has none. */
type Login = (env: NodeJS.ProcessEnv, store: string, key: string) => boolean

const login: Login = (env, store, key) => {
  const args = [LAUNCHER, 'login', '--with-stdin', '--profile', store, '--credential-store', store]
  return spawnSync(process.execPath, args, { env, input: key, encoding: 'utf8' }).status === 0
}

/** A keyring of this bench alone; null where the programs for it are missing. */
async function openKeyring(home: string): Promise<{ env: NodeJS.ProcessEnv; close(): void } | null> {
  const isThere = ['dbus-run-session', 'gnome-keyring-daemon'].every(
    program => spawnSync('which', [program]).status === 0,
  )
  if (!isThere) return null
  const base = { PATH: process.env.PATH ?? '', HOME: home, XDG_RUNTIME_DIR: join(home, 'run') }
  mkdirSync(base.XDG_RUNTIME_DIR, { mode: 0o700 })
  const session = spawn('dbus-run-session', ['--', 'sh', '-c', 'echo "$DBUS_SESSION_BUS_ADDRESS"; cat'], {
    env: base,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const [address] = (await once(createInterface(session.stdout), 'line')) as [string]
  const env = { ...base, DBUS_SESSION_BUS_ADDRESS: address }
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--components=secrets', '--unlock'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  daemon.stdin.end('bench')
  return {
    env,
    close() {
      daemon.kill()
      session.stdin.end()
    },
  }
}

/** What a key from the keychain and from the vault costs more than one from the environment, in whole processes taken in turn. */
export async function storedKey(): Promise<readonly Result[]> {
  const home = mkdtempSync(join(tmpdir(), 'axisor-bench-'))
  const simulator = await openSimulator()
  const keyring = await openKeyring(home)
  try {
    const { AXISOR_API_URL, AXISOR_STREAM_URL, AXISOR_API_KEY, AXISOR_API_SECRET, AXISOR_API_PASSPHRASE } =
      simulator.env
    const where = { AXISOR_API_URL, AXISOR_STREAM_URL }
    const key = { key: AXISOR_API_KEY, secret: AXISOR_API_SECRET, passphrase: AXISOR_API_PASSPHRASE }
    const file = join(home, 'passphrase')
    writeFileSync(file, PASSPHRASE, { mode: 0o600 })
    const bare = {
      PATH: process.env.PATH,
      HOME: home,
      ...keyring?.env,
      ...where,
      AXISOR_VAULT_PASSPHRASE_FILE: file,
    }
    const stores: string[] = []
    for (let tries = 0; keyring !== null && tries < 20 && stores.length === 0; tries += 1) {
      if (login(bare, 'keychain', JSON.stringify(key))) stores.push('keychain')
      else await sleep(200)
    }
    if (login(bare, 'vault', JSON.stringify(key))) stores.push('vault')
    const taken = new Map<string, number[]>(['env', ...stores].map(name => [name, []]))
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, times] of taken) {
        const env = name === 'env' ? { ...simulator.env, HOME: home } : { ...bare, AXISOR_PROFILE: name }
        await sleep(BETWEEN_SNAPSHOTS_MS)
        times.push(timed([LAUNCHER, 'line'], env).wallMs)
      }
    }
    const floor = median(taken.get('env') ?? [])
    return stores.map(name => {
      const ms = median(taken.get(name) ?? [])
      const target = name === 'keychain' ? 150 : null
      return {
        name: `axisor line, key from the ${name}`,
        value: ms - floor,
        unit: 'ms more',
        target,
        note: `${ms.toFixed(0)} ms`,
      }
    })
  } finally {
    keyring?.close()
    simulator.close()
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}
