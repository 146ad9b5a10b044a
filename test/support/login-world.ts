import { AxisorError } from '../../src/domain/error.ts'
import type { Net } from '../../src/ports/world.ts'
import { type FakeWorld, type FakeWorldOptions, openFakeWorld } from './fake-world.ts'

/** Where profiles are remembered. */
export const PROFILES = '/home/trader/.local/state/axisor/profiles.json'

/** Takes the key of the environment away. */
export const NO_KEY = {
  AXISOR_API_KEY: undefined,
  AXISOR_API_SECRET: undefined,
  AXISOR_API_PASSPHRASE: undefined,
}

/** A world without a key in the environment, and the keys of its exchange. */
export function fresh(options: FakeWorldOptions = {}): FakeWorld {
  return openFakeWorld({ ...options, env: { ...NO_KEY, ...options.env } })
}

/** The keys of every exchange of the default seed. */
export const { credentials: READER, writeCredentials: WRITER } = openFakeWorld().exchange

/** What a person types at the three questions. */
export function typing({ key, secret, passphrase }: typeof READER): string {
  return `${key}\r${secret}\r${passphrase}\r`
}

/** Gives a JSON document on stdin. */
export async function withStdin(world: FakeWorld, text: string, ...argv: string[]) {
  const running = await world.start('login', '--with-stdin', ...argv)
  ;(world.terminal.stdin as unknown as NodeJS.WritableStream).end(text)
  return running.ended()
}

/** The exchange without its announcement that it is simulated: as far as a client can see, the real one. */
export const asReal = (net: Net): Net => ({
  http: {
    ...net.http,
    async get(...asked) {
      const reply = await net.http.get(...asked)
      const { 'x-axisor-simulated': _, ...headers } = reply.headers
      return { ...reply, headers }
    },
  },
  sockets: {
    open: (url, listener) =>
      net.sockets.open(url, {
        ...listener,
        opened: () => listener.opened(),
        pong: () => listener.pong(),
        failed: error => listener.failed(error),
        closed: code => listener.closed(code),
        text: data => listener.text(data.replace(/"simulated":true/, '"simulated":false')),
      }),
  },
})

/** By place. */
export function storedIn(world: FakeWorld, store: 'keychain' | 'vault'): readonly [string, string][] {
  return [...world.secrets[store].texts]
}

/** A profile as the file has it. */
export function profileNamed(world: FakeWorld, name: string): Record<string, unknown> | undefined {
  return JSON.parse(world.file(PROFILES) ?? '{"profiles":{}}').profiles[name]
}

/** A store that can't be used. */
export function unusable(message = 'there is no keyring on this machine') {
  return {
    kind: 'unusable',
    error: new AxisorError('no-credentials', message, { hint: 'Use the vault.' }),
  } as const
}

/** A file that only its owner can read, for another world to begin with. */
export function ownFile(text: string) {
  return { text, othersMayRead: false, othersMayWrite: false }
}

/** The read-only key as `--with-stdin` takes it. */
export const KEY = JSON.stringify(READER)

/** The profile main, on what looks like mainnet. */
export async function loggedIn(): Promise<FakeWorld> {
  const world = fresh({ net: asReal })
  const code = await withStdin(world, KEY)
  if (code !== 0) throw new Error(world.err())
  return world
}

/** Another world with the same profiles and stores. */
export function later(world: FakeWorld, options: Parameters<typeof fresh>[0] = {}): FakeWorld {
  const next = fresh({ net: asReal, ...options, files: { [PROFILES]: ownFile(world.file(PROFILES) ?? '') } })
  for (const store of ['keychain', 'vault'] as const)
    for (const [place, text] of world.secrets[store].texts) next.secrets[store].texts.set(place, text)
  return next
}
