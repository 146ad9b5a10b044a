import { snapshotJsonSchema } from './snapshot-schema.ts'

/** A part of a JSON Schema, as far as field names are concerned. */
interface Part {
  readonly properties?: Readonly<Record<string, Part>>
  readonly items?: Part
  readonly anyOf?: readonly Part[]
}

/** Every path of the snapshot document that `--fields` can name: `totals`, `totals.equitySats`, `positions.id`… */
export function snapshotFieldPaths(): readonly string[] {
  return pathsBelow(snapshotJsonSchema(), '')
}

function pathsBelow(part: Part, prefix: string): readonly string[] {
  const own = Object.entries(part.properties ?? {}).flatMap(([name, member]) => [
    prefix + name,
    ...pathsBelow(member, `${prefix}${name}.`),
  ])
  const inside = [...(part.anyOf ?? []), ...(part.items === undefined ? [] : [part.items])]
  return [...own, ...inside.flatMap(each => pathsBelow(each, prefix))]
}
