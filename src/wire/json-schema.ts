import * as z from 'zod/mini'

/**
 * Returns the JSON Schema (draft 2020-12) of a document. It allows further fields, which later versions may add without incrementing the
 * version.
 */
export function jsonSchemaOf(schema: z.ZodMiniType, title: string): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    override({ jsonSchema }) {
      if (jsonSchema.additionalProperties === false) jsonSchema.additionalProperties = true
    },
  })
  return { $schema, title, ...rest }
}
