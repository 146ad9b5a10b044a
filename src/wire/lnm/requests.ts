import type { StreamAuth } from '../signing.ts'

/** One thing that axisor may ask on the stream. The stream has no method that trades. */
export type StreamRequest =
  | {
      readonly method: 'hello'
      readonly params: { readonly clientName: string; readonly clientVersion: string }
    }
  | { readonly method: 'time' | 'whoami' | 'ping' }
  | { readonly method: 'authenticate'; readonly params: StreamAuth }
  | { readonly method: 'subscribe' | 'unsubscribe'; readonly params: { readonly topics: readonly string[] } }

/** The text frame of a request. `id` comes back in the reply, as text. */
export function encodeRequest(id: string, request: StreamRequest): string {
  return JSON.stringify({ jsonrpc: '2.0', id, ...request })
}
