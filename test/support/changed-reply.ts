import type { FakeWorldOptions } from './fake-world.ts'

/** Changes the JSON value of every reply to a route of REST v3. */
export function changedReply(
  path: string,
  change: (value: unknown) => unknown,
): NonNullable<FakeWorldOptions['net']> {
  return net => ({
    ...net,
    http: {
      ...net.http,
      async get(origin, target, headers, timeoutMs) {
        const reply = await net.http.get(origin, target, headers, timeoutMs)
        if (target.split('?', 1)[0] !== `/v3${path}`) return reply
        return { ...reply, body: JSON.stringify(change(JSON.parse(reply.body))) }
      },
    },
  })
}

/** Changes fields of one row in every page of a route. */
export function changedRow(
  path: string,
  index: number,
  fields: object,
): NonNullable<FakeWorldOptions['net']> {
  return changedReply(path, value => {
    const page = value as { readonly data: readonly object[] }
    return { ...page, data: page.data.map((row, n) => (n === index ? { ...row, ...fields } : row)) }
  })
}
