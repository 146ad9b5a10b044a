import type { ExitCode } from '../../src/domain/error.ts'
import { CHANNELS, TOPIC } from './alert-world.ts'
import { type FakeWorld, type FakeWorldOptions, openFakeWorld } from './fake-world.ts'
import { ownFile } from './login-world.ts'

/** Channels of the key in the environment, as in the file. */
export function channelsFile(channels: object, more: object = {}): string {
  return JSON.stringify({ profiles: { env: { channels, ...more } } })
}

export const PHONE = { phone: { type: 'ntfy' } }

/** A world with a key and the channel phone in the environment, on a simulated exchange. */
export function openAlertWorld(options: FakeWorldOptions = {}): FakeWorld {
  const { env, files, ...rest } = options
  return openFakeWorld({
    env: { AXISOR_CHANNEL_PHONE_SECRET: TOPIC, ...env },
    files: { [CHANNELS]: ownFile(channelsFile(PHONE)), ...files },
    ...rest,
  })
}

/** Runs a command to its end beside others that go on. Returns its code and what it printed, or complained of. */
export async function runBeside(
  world: FakeWorld,
  ...argv: readonly string[]
): Promise<{ readonly code: ExitCode; readonly out: string; readonly err: string }> {
  const before = world.printed.length
  const complaints = world.err().length
  const code = await (await world.start(...argv)).ended()
  return { code, out: world.printed.slice(before).join(''), err: world.err().slice(complaints) }
}

/** `EVENT LEVEL` of the notices that were sent. */
export function sentNotices({ notifier }: FakeWorld): readonly string[] {
  return notifier.sent.map(({ message }) => `${message.event} ${message.level}`)
}
