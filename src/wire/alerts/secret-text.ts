import type { JsonNode } from './jsonc.ts'
import type { Mistakes } from './mistakes.ts'

/** An address with a scheme, or the address of a service without one: its path is the secret. */
const ADDRESS = /[a-z][a-z0-9+.-]*:\/\/|^[\w-]+(\.[\w-]+)*\.[a-z]{2,}\/\S/i

/** Runs of the characters of tokens. */
const TOKEN = /[A-Za-z0-9_]{20,}/g

/** True for a text that may be a secret: an address, or a long run of mixed letters and digits. */
export function looksSecret(text: string): boolean {
  if (ADDRESS.test(text)) return true
  return (text.match(TOKEN) ?? []).some(run => /\d/.test(run) && /[A-Za-z]/.test(run))
}

/** What to do with a secret in place of writing it to a config file. */
export const SECRET_REMEDY = 'secrets do not belong in a config file; use: axisor alerts channel add'

/** Reports all texts of a config file that may be secrets. */
export function reportSecrets(node: JsonNode, mistakes: Mistakes): void {
  if (node.kind === 'text' && looksSecret(node.value))
    mistakes.add(
      node.at,
      `this text looks like a ${ADDRESS.test(node.value) ? 'URL' : 'token'}; ${SECRET_REMEDY}`,
    )
  if (node.kind === 'list') for (const item of node.items) reportSecrets(item, mistakes)
  if (node.kind !== 'object') return
  for (const { key, at, value } of node.members) {
    if (looksSecret(key)) mistakes.add(at, `this field name looks like a secret; ${SECRET_REMEDY}`)
    reportSecrets(value, mistakes)
  }
}
