import { ACK_ARGUMENTS, LIMIT_OPTION } from '../../alerts/options.ts'
import {
  CHANNEL_ADD_ARGUMENTS,
  CHANNEL_ARGUMENT,
  CHANNEL_FIELD_OPTIONS,
  NO_TEST_OPTION,
  STDIN_OPTION,
  TEST_ARGUMENT,
} from '../../alerts/setup-options.ts'
import { type OptionsOf, textOption } from '../../options.ts'
import { JSON_OPTION } from '../../output-options.ts'
import { PROXY_OPTION } from '../../proxies.ts'
import { DATABASE_OPTION, LIST_OPTIONS, PRIVATE_CHANNELS_OPTION, USER_ARGUMENT } from '../options.ts'

export type UserOptions = OptionsOf<typeof DATABASE_OPTION> & OptionsOf<typeof USER_ARGUMENT>

export type UserListingOptions = OptionsOf<typeof LIST_OPTIONS> & OptionsOf<typeof USER_ARGUMENT>

export const RULES_SET_OPTIONS = {
  file: textOption(
    '--file <path>',
    'section of rules, as in alerts.json; without it the default rules are restored',
  ),
  ...DATABASE_OPTION,
}

export type RulesSetOptions = OptionsOf<typeof RULES_SET_OPTIONS> & OptionsOf<typeof USER_ARGUMENT>

const { type, name } = CHANNEL_ADD_ARGUMENTS

export const USER_CHANNEL_ARGUMENTS = { ...USER_ARGUMENT, type, name }

const { variant: _local, ...RELAY_FIELD_OPTIONS } = CHANNEL_FIELD_OPTIONS

export const USER_CHANNEL_OPTIONS = {
  ...RELAY_FIELD_OPTIONS,
  ...STDIN_OPTION,
  ...NO_TEST_OPTION,
  ...PRIVATE_CHANNELS_OPTION,
  ...PROXY_OPTION,
  ...DATABASE_OPTION,
}

export type UserChannelOptions = OptionsOf<typeof USER_CHANNEL_OPTIONS> &
  OptionsOf<typeof USER_CHANNEL_ARGUMENTS>

export const USER_CHANNEL_ARGUMENT = { ...USER_ARGUMENT, ...CHANNEL_ARGUMENT }

export type UserChannelRemoveOptions = OptionsOf<typeof DATABASE_OPTION> &
  OptionsOf<typeof USER_CHANNEL_ARGUMENT>

export const USER_HEARTBEAT_OPTIONS = {
  ...STDIN_OPTION,
  ...NO_TEST_OPTION,
  ...PRIVATE_CHANNELS_OPTION,
  ...PROXY_OPTION,
  ...DATABASE_OPTION,
}

export type UserHeartbeatOptions = OptionsOf<typeof USER_HEARTBEAT_OPTIONS> & OptionsOf<typeof USER_ARGUMENT>

export const USER_TEST_ARGUMENTS = { ...USER_ARGUMENT, ...TEST_ARGUMENT }

export const USER_TEST_OPTIONS = {
  ...JSON_OPTION,
  ...PRIVATE_CHANNELS_OPTION,
  ...PROXY_OPTION,
  ...DATABASE_OPTION,
}

export type UserTestOptions = OptionsOf<typeof USER_TEST_OPTIONS> & OptionsOf<typeof USER_TEST_ARGUMENTS>

export const USER_ACK_ARGUMENTS = { ...USER_ARGUMENT, ...ACK_ARGUMENTS }

export type UserAckOptions = OptionsOf<typeof DATABASE_OPTION> & OptionsOf<typeof USER_ACK_ARGUMENTS>

export const USER_LOG_OPTIONS = { ...LIMIT_OPTION, ...LIST_OPTIONS }

export type UserLogOptions = OptionsOf<typeof USER_LOG_OPTIONS> & OptionsOf<typeof USER_ARGUMENT>
