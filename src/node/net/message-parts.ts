/**
 * Bounds of the parts of a message that a client of a WebSocket buffers: each part may pin 64 KiB. The largest message, 1 MiB, has 16
 * fragments of 64 KiB, and arrives in about 700 segments.
 */
export const MESSAGE_PARTS = { maxFragments: 256, maxBufferedChunks: 4_096 } as const
