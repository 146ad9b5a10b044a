import { openRedactor } from '../redactor.ts'

/** Returns the lines of a channel's secret: the first, and the second or null. */
export function splitSecret(secret: string): readonly [string, string | null] {
  const [first = '', second] = secret.split('\n').map(line => line.trim())
  return [first, second === undefined || second === '' ? null : second]
}

/** Returns the parts of a URL that may each be quoted by a service or a library. The host is not secret. */
function urlParts(text: string): readonly string[] {
  if (!URL.canParse(text)) return []
  const { pathname, search, searchParams, username, password } = new URL(text)
  return [
    `${pathname}${search}`,
    ...pathname.split('/'),
    ...pathname.split('/').map(decode),
    ...searchParams.values(),
    username,
    password,
  ]
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Returns a function that masks a channel's secret and each of its parts in a text. */
export function redactionOf(secret: string): (text: string) => string {
  const redactor = openRedactor({})
  redactor.add(secret)
  for (const line of secret.split('\n').map(each => each.trim())) {
    redactor.add(line)
    for (const part of urlParts(line)) redactor.add(part)
  }
  return redactor.redact
}
