import type { ChannelSettings } from '../../domain/alerts/channel.ts'
import type { Env } from '../../ports/env.ts'
import type { SendResult } from '../../ports/notifier.ts'
import type { ShownNotifications } from './desktop.ts'
import { sendDiscord } from './discord.ts'
import { sendNtfy } from './ntfy.ts'
import { sendPushover } from './pushover.ts'
import type { HttpAttempt, SocketAttempt } from './send-attempt.ts'
import { failed } from './send-result.ts'
import { sendSlack } from './slack.ts'
import { sendTelegram } from './telegram.ts'
import { sendWebhook } from './webhook.ts'

/** Origins of the services that have only one. */
export interface BaseUrls {
  readonly telegram: string
  readonly pushover: string
}

/** What channels on the user's own machine need. */
export interface LocalContext {
  readonly env: Env
  readonly shown: ShownNotifications
}

/** Sends a message through a channel of any type. The packages of some types are loaded with the first message. */
export async function dispatch(
  settings: ChannelSettings,
  attempt: HttpAttempt & SocketAttempt,
  baseUrls: BaseUrls,
  local: LocalContext,
): Promise<SendResult> {
  switch (settings.type) {
    case 'webhook':
      return sendWebhook(attempt)
    case 'ntfy':
      return sendNtfy(attempt)
    case 'telegram':
      return sendTelegram(settings.chatId, attempt, baseUrls.telegram)
    case 'discord':
      return sendDiscord(attempt)
    case 'slack':
      return sendSlack(attempt)
    case 'pushover':
      return sendPushover(attempt, baseUrls.pushover)
    case 'smtp':
      return (await import('./smtp.ts')).sendMail(settings, attempt)
    case 'nostr':
      return (await import('./nostr.ts')).sendNostr(settings, attempt)
    case 'desktop':
      return (await import('./desktop.ts')).showNotification(attempt, local.env, local.shown)
    case 'command':
      return (await import('./command.ts')).runCommand(settings.argv, attempt, local.env)
    case 'bell':
    case 'osc':
      return failed(`the channel type ${settings.type} is written to the terminal, not sent`)
  }
}
