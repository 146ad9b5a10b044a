import type { StreamAuth } from '../signing.ts'

/** A request on the stream. The stream has no method that trades. */
export type StreamRequest =
  | {
      readonly method: 'hello'
      readonly params: { readonly clientName: string; readonly clientVersion: string }
    }
  | { readonly method: 'time' | 'whoami' | 'ping' }
  | { readonly method: 'authenticate'; readonly params: StreamAuth }
  | { readonly method: 'subscribe' | 'unsubscribe'; readonly params: { readonly topics: readonly string[] } }

/** Encodes a request as a text frame. The reply carries the same `id`, as text. */
export function encodeRequest(id: string, request: StreamRequest): string {
  return JSON.stringify({ jsonrpc: '2.0', id, ...request })
}
