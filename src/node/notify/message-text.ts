import { truncate } from '../../domain/sanitize.ts'
import type { NoticeMessage } from '../../ports/notifier.ts'

/** Returns title and text for services whose messages have no title, at most `maxLength` UTF-16 units. */
export function messageText({ title, text }: NoticeMessage, maxLength: number): string {
  return truncate(text === '' ? title : `${title}\n${text}`, maxLength)
}
