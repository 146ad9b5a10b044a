import { type Knob, KnobError } from './knob.ts'

/** Replaces the list of permissions that the stream reports. */
export const PERMISSIONS_KNOB: Knob = {
  name: 'permissions',
  description:
    'sets the permissions that `authenticate` and `whoami` report to any value, drops them from the replies, or (`off`) reports those of the key; what the key may read stays',
  parameters: {
    action: { kind: 'choice', choices: ['set', 'drop', 'off'] },
    value: { kind: 'json', optional: true },
  },
  run({ context }, values) {
    const action = values.text('action')
    const reported = values.json('value')
    if ((action === 'set') !== (reported !== undefined)) {
      throw new KnobError(action === 'set' ? 'set needs value' : `${action} takes no value`)
    }
    context.faults.permissions = action === 'off' ? null : { reported }
    return undefined
  },
}
