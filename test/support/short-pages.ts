import type { Http, HttpReply } from '../../src/ports/net.ts'

type RawRow = Readonly<Record<string, unknown>>

const TIMES = ['closedAt', 'filledAt', 'settledAt', 'time', 'createdAt']

function timeOf(row: RawRow, target: string): string {
  const name = target.includes('/account/') ? 'createdAt' : TIMES.find(each => typeof row[each] === 'string')
  return String(row[name ?? 'createdAt'])
}

/** Cuts the page of a reply to a few rows, with the cursor of the next one. */
export function shortPage(target: string, reply: HttpReply, rows: number): HttpReply {
  const body = JSON.parse(reply.body) as { data?: RawRow[]; nextCursor?: string | null }
  if (!Array.isArray(body.data) || body.data.length <= rows) return reply
  const next = body.data[rows] ?? {}
  return {
    ...reply,
    body: JSON.stringify({ data: body.data.slice(0, rows), nextCursor: timeOf(next, target) }),
  }
}

/** Cuts all pages of an exchange to a few rows. */
export function shortPages(http: Http, rows: number): Http {
  return {
    ...http,
    get: async (origin, target, headers, timeoutMs) =>
      shortPage(target, await http.get(origin, target, headers, timeoutMs), rows),
  }
}
