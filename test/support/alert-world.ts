import type { FakeWorld, FakeWorldOptions } from './fake-world.ts'
import { asReal, fresh, KEY, loggedIn, ownFile, PROFILES, withStdin } from './login-world.ts'

const FOLDER = '/home/trader/.config/axisor'

export const ALERTS = `${FOLDER}/alerts.json`
export const CHANNELS = `${FOLDER}/channels.json`

/** A secret that must be nowhere, as the URL of an ntfy topic. */
export const TOPIC = 'https://ntfy.example.org/canary-topic-77'

/** A world with the profile main in the keychain, and what an earlier world has stored. */
export async function withProfile(
  options: FakeWorldOptions = {},
  before: FakeWorld | null = null,
): Promise<FakeWorld> {
  const source = before ?? (await loggedIn())
  const files = Object.fromEntries(
    [PROFILES, ALERTS, CHANNELS].flatMap(path => {
      const text = source.file(path)
      return text === null ? [] : [[path, ownFile(text)]]
    }),
  )
  const world = fresh({ net: asReal, ...options, files: { ...files, ...options.files } })
  for (const store of ['keychain', 'vault'] as const)
    for (const [id, text] of source.secrets[store].texts) world.secrets[store].texts.set(id, text)
  return world
}

/** Runs a command with a text on stdin. */
export async function runWithStdin(world: FakeWorld, text: string, ...argv: string[]): Promise<number> {
  const running = await world.start(...argv)
  ;(world.terminal.stdin as unknown as NodeJS.WritableStream).end(text)
  return running.ended()
}

/** A world in which the channel phone, of the type ntfy, was added to the profile main. */
export async function withPhone(options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const world = await withProfile()
  const code = await runWithStdin(world, TOPIC, 'alerts', 'channel', 'add', 'ntfy', 'phone', '--secret-stdin')
  if (code !== 0) throw new Error(world.err())
  return withProfile(options, world)
}

/** The channels of a profile, as the file has them. */
export function channelsIn(world: FakeWorld, profile = 'main'): Record<string, unknown> {
  return JSON.parse(world.file(CHANNELS) ?? '{}').profiles?.[profile]?.channels ?? {}
}

/** Logs in to another store of secrets. */
export async function relogin(world: FakeWorld, ...argv: string[]): Promise<number> {
  return withStdin(world, KEY, ...argv)
}
