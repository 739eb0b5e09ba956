// The golden thread without a mouse: every step by keys alone, the keyboard always to be seen, nobody trapped, few keys.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser } from './support/browser.mjs'
import { Keyboard } from './support/keyboard.mjs'
import { PICTURE, act, everybody, finishTasks, gateway, sendSample, steps } from './support/story.mjs'
import { Platform } from './support/platform.mjs'
import { until } from './support/waiting.mjs'

let platform, people, gate, browser, duty, incident
const keyboards = []

before(async () => {
  platform = await Platform.start()
  people = await everybody(platform)
  gate = await gateway(platform, people.admin)
  for (const sample of [158, 161]) await sendSample(gate, sample)
  browser = await Browser.start(platform)
})
after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

async function keyboardOf(user, options) {
  const keyboard = new Keyboard(await browser.window(options))
  keyboards.push(keyboard)
  await keyboard.signIn(platform, user, options?.phone ? '/m' : '/')
  return keyboard
}
const shown = (keyboard, id) => keyboard.page.getByTestId(id).first().waitFor()
const gone = (keyboard, id) => keyboard.page.getByTestId(id).waitFor({ state: 'detached' })

/** An action of the page: E, on to it, Enter; the dialog is filled in and sent from where one types. */
async function take(keyboard, name, fill = async () => {}) {
  await shown(keyboard, `action-${name}`)
  await keyboard.to(`action-${name}`, { by: 'e', within: 8 })
  await keyboard.press('Enter')
  await keyboard.arrives('action-dialog')
  await fill()
  await keyboard.press('Control+Enter')
  const failed = keyboard.page.getByTestId('action-error')
  await Promise.race([gone(keyboard, 'action-submit'), failed.waitFor().then(async () => assert.fail(`${name}: ${await failed.textContent()}`))])
}
/** Opens a list by a chord and the row with this text. */
async function open(keyboard, place, row, text) {
  await keyboard.press('g', place)
  await keyboard.page.getByTestId(row).filter({ hasText: text }).first().waitFor()
  await keyboard.to(row, { by: 'j', text, within: 20 })
  await keyboard.press('Enter')
}

steps('the golden thread by keyboard only', (step) => {
  step('the duty officer signs in and finds the keys', async () => {
    duty = await keyboardOf('duty.lingwu')
    await shown(duty, 'overview')
    await duty.press('?')
    await shown(duty, 'shortcuts')
    await duty.press('Escape')
    await gone(duty, 'shortcuts')
    await duty.press('Tab')
    assert.ok(await duty.page.evaluate(() => document.getElementById('content').contains(document.activeElement)), 'the first Tab is in the page, not in the navigation')
    duty.took('sign-in, help')
  })

  step('acknowledges the alarm and verifies it', async () => {
    await open(duty, 'a', 'alarm-row', 'A 进料流量')
    await shown(duty, 'alarm-acknowledge')
    await duty.press('e')
    await duty.arrives('alarm-acknowledge')
    await duty.press('Enter')
    await duty.arrives('alarm-verify')
    await duty.press('Enter')
    await duty.arrives('verdict-true_alarm')
    await duty.to('verify-reason', { within: 3 })
    await duty.type('企业中控确认：A 进料中断，反应器压力上升')
    await duty.press('Control+Enter')
    await gone(duty, 'verify-submit')
    await duty.arrives('alarm-draft-warning')
    duty.took('alarm acknowledged and verified')
  })

  step('drafts a warning from it for a division, and submits it', async () => {
    await duty.press('Enter')
    await shown(duty, 'warning-template')
    await duty.to('warning-template', { within: 4 })
    await duty.press('Enter')
    await until(async () => (await duty.page.getByTestId('warning-instruction').inputValue()) !== '', { what: 'the usual words' })
    await duty.to('pick-division', { within: 12 })
    await duty.press('Enter')
    await duty.arrives('division-search')
    await duty.type('宁东镇')
    await duty.press('Enter')
    await until(async () => (await duty.page.locator('[data-testid^=division-][aria-pressed=true]').count()) > 0, { what: 'the division to be chosen' })
    await duty.press('Escape')
    await duty.arrives('pick-division')
    await shown(duty, 'warning-population')
    await duty.press('Control+Enter')
    await duty.page.waitForURL(/\/warnings\/[0-9a-f-]{36}/)
    duty.took('warning drafted and submitted')
  })

  step('another post approves it, the first publishes it', async () => {
    const approver = await keyboardOf('approver.lingwu')
    await open(approver, 'i', 'matter-row', '预警')
    await take(approver, 'approve')
    approver.took('warning approved, sign-in included')
    await take(duty, 'publish')
    await shown(duty, 'coverage')
    duty.took('warning published')
  })

  step('opens an incident from the alarm, verifies and reports it', async () => {
    await open(duty, 'a', 'alarm-row', 'A 进料流量')
    await shown(duty, 'alarm-report-incident')
    await duty.press('e')
    await duty.to('alarm-report-incident', { by: 'e', within: 3 })
    await duty.press('Enter')
    await shown(duty, 'incident-submit')
    await duty.to('field-event_type', { within: 4 })
    await duty.press('Control+Enter')
    await duty.page.waitForURL(/\/incidents\/[0-9a-f-]{36}/)
    incident = duty.page.url().split('/').at(-1)
    await shown(duty, 'incident-clocks')
    duty.took('incident opened')
    await take(duty, 'verify', async () => {
      await duty.to('field-result', { within: 2 })
      await duty.choose('情况属实')
      await duty.to('field-note', { within: 2 })
      await duty.type('两路核实一致')
    })
    await take(duty, 'first_report', async () => {
      for (const name of ['unit_profile', 'scene_status', 'brief_course', 'measures_taken', 'signer']) {
        await duty.to(`field-${name}`, { within: 12 })
        await duty.type('示例：已填写')
      }
    })
    duty.took('incident verified and reported')
  })

  step('the leader starts the plan', async () => {
    const leader = await keyboardOf('leader.lingwu')
    await open(leader, 'e', 'matter-row', 'A 进料流量')
    await take(leader, 'start_response', async () => {
      await leader.to('field-level', { within: 4 })
      await leader.choose('Ⅳ')
    })
    await shown(leader, 'task-row')
    leader.took('plan started, sign-in included')
  })

  step('the nearest team is dispatched and confirms on the phone screen', async () => {
    await duty.page.getByTestId('team-row').filter({ hasText: '宁东消防救援站' }).first().waitFor()
    await duty.page.getByTestId('task-row').first().waitFor()
    await duty.to('team-row', { by: 'j', text: '宁东消防救援站', within: 5 })
    await duty.press('x')
    await duty.arrives('field-order')
    await duty.type('立即赶赴现场，侦检并堵漏')
    await duty.press('Control+Enter')
    await shown(duty, 'order-row')
    duty.took('team dispatched')
    const phone = await keyboardOf('rescue.ningdong', { phone: true })
    await shown(phone, 'phone-confirm')
    for (const action of ['confirm', 'depart', 'arrive']) {
      await shown(phone, `phone-${action}`)
      await phone.to(`phone-${action}`, { within: 8 })
      await phone.press('Enter')
      await gone(phone, `phone-${action}`)
    }
    phone.took('order confirmed, departed, arrived, sign-in included')
    await duty.page.getByTestId('order-row').locator('.on').nth(3).waitFor()
  })

  step('a task is closed with a photograph', async () => {
    const mine = (await people['duty.lingwu'].all('/inbox')).find((matter) => matter.parent === incident)
    await open(duty, 'i', 'matter-row', mine.title)
    await take(duty, 'accept')
    await shown(duty, 'action-complete')
    await shown(duty, 'matter-attach')
    const chooser = duty.page.waitForEvent('filechooser')
    await duty.press('u')
    await (await chooser).setFiles({ name: '现场照片.png', mimeType: 'image/png', buffer: PICTURE })
    await until(async () => (await people['duty.lingwu'].get(`/matters/${mine.id}`)).attachments.length === 1, { what: 'the photograph' })
    await take(duty, 'complete', () => duty.type('已核实并上报'))
    duty.took('task accepted, photograph added, completed')
    await act(people['leader.lingwu'], mine.id, 'verify_done', { note: '属实' })
    await finishTasks(people, incident, mine.id)
  })

  step('the commander closes the incident, and the time line tells it', async () => {
    const commander = await keyboardOf('commander.lingwu')
    await open(commander, 'e', 'matter-row', 'A 进料流量')
    for (const name of ['control', 'end_response', 'close']) await take(commander, name, () => commander.type('险情已消除，监测达标，无人员伤亡'))
    await shown(commander, 'timeline')
    assert.ok((await commander.page.getByTestId('timeline').locator('li').count()) > 5)
    commander.took('incident closed, sign-in included')
  })

  step('the keyboard was always to be seen, and no console complained', () => {
    assert.deepEqual(keyboards.flatMap(({ faults }) => faults), [])
    assert.deepEqual(browser.complaints, [])
    const keys = keyboards.reduce((sum, { commands }) => sum + commands, 0)
    console.log(`# the whole thread: ${keys} keys and ${keyboards.reduce((sum, { letters }) => sum + letters, 0)} characters`)
  })
}, { onFailure: () => browser.pictureAll() })
