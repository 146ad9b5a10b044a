/** A made document, or how many rows were read so far. An empty entity tag: there is none. */
export type DocumentAnswer =
  | { readonly kind: 'document'; readonly body: string; readonly etag: string }
  | { readonly kind: 'progress'; readonly rows: number }
