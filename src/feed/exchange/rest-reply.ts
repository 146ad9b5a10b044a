import { AxisorError, type Fault } from '../../domain/error.ts'
import type { HttpReply } from '../../ports/net.ts'
import { decodeErrorObject, decodeForeignReply, type RestErrorResponse } from '../../wire/lnm/rest-error.ts'
import { faultLine, parseJson } from '../../wire/validate.ts'
import type { DecodeBody } from './shared-replies.ts'

/** True for a reply with data. 203 is a 200 that a proxy has changed on the way, such as its headers. */
export function isData({ status }: HttpReply): boolean {
  return status === 200 || status === 203
}

/** Returns the error for an unreadable reply; its message is the fault in one line. */
function unreadableError(fault: Fault): AxisorError {
  return new AxisorError('unreadable', faultLine(fault), {
    hint: 'The exchange may have changed its format: update axisor.',
  })
}

/**
 * Decodes a reply with data.
 * @throws AxisorError unavailable, if something else answered in place of the data; unreadable, for data of an unexpected form
 */
export function decodeRestReply<T>(response: RestErrorResponse, decode: DecodeBody<T>): T {
  const foreign = decodeForeignReply(response)
  if (foreign !== null) throw foreign
  const parsed = parseJson(response.body, response.label)
  if (!parsed.ok) throw unreadableError(parsed.fault)
  const decoded = decode(parsed.value, response.body)
  if (!decoded.ok) throw decodeErrorObject(response, parsed.value) ?? unreadableError(decoded.fault)
  return decoded.value
}
