import { type FakeWorld, type FakeWorldOptions, openFakeWorld } from './fake-world.ts'

/** A world whose exchange does not say that it is simulated, so that its ledger is stored. */
export function openRealWorld(options: FakeWorldOptions = {}): FakeWorld {
  return openFakeWorld({
    ...options,
    net: net => ({
      ...net,
      http: {
        ...net.http,
        async get(origin, target, headers, timeoutMs) {
          const reply = await net.http.get(origin, target, headers, timeoutMs)
          const { 'x-axisor-simulated': _, ...rest } = reply.headers
          return { ...reply, headers: rest }
        },
      },
    }),
  })
}
