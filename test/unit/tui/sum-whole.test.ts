import { expect, test } from 'vitest'
import { accountStore, failedStore } from '../../frames/accounts-screens.ts'
import { sampleStore } from '../../frames/sample-screens.ts'
import { openedSeveral } from './several-accounts.ts'

test('e shows in full what a small sum leaves out, scrolls it, and closes it', () => {
  const stores = { main: sampleStore(), alt: accountStore('alt'), gone: failedStore() }
  const { frame, press, controller } = openedSeveral(stores)
  press('P', 'P', 'P', 'e')
  expect(frame()).toMatchObject({ accounts: { shown: null }, ui: { overlay: 'sum', answer: null } })
  const small = { columns: 56, rows: 10 }
  controller.frame(small).context.scrollLimits.set('overlay', 30)
  press('j', 'down')
  expect(frame(small)).toMatchObject({ accounts: { shown: null }, ui: { offsets: { overlay: 2 } } })
  press('escape')
  expect(frame().ui.overlay).toBe('none')
  press('e', 'e')
  expect(frame().ui).toMatchObject({ overlay: 'none', answer: null })
})
