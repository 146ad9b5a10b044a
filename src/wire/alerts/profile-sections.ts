import { isProfileName, PROFILE_NAME } from '../../domain/profile.ts'
import { describeNode, quoteText } from './field-reader.ts'
import type { JsonMember, JsonNode } from './jsonc.ts'
import type { Mistakes } from './mistakes.ts'

/** Names of sections beside those of profiles: for a key of the environment, and for the simulated exchange. */
const OTHER_SECTIONS = ['env', 'demo']

/** Returns the sections of the profiles of a file, as its members; none if there are none. Reports names that no section can have. */
export function readProfileSections(node: JsonNode | null, mistakes: Mistakes): readonly JsonMember[] {
  if (node === null) return []
  if (node.kind !== 'object') {
    mistakes.add(
      node.at,
      `profiles is ${describeNode(node)}; allowed: an object with one section per profile`,
    )
    return []
  }
  for (const { key, at } of node.members)
    if (!isProfileName(key) && !OTHER_SECTIONS.includes(key))
      mistakes.add(at, `${quoteText(key)} is not the name of a profile; allowed: ${PROFILE_NAME}`)
  return node.members
}
