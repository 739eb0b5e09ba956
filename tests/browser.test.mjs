// The golden thread by hand in the console, in Chinese, by the right people; no error in any console,
// no serious accessibility fault on any page, and a phone page for those on the road.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser, choose } from './support/browser.mjs'
import { CODES, PICTURE, act, everybody, finishTasks as finishTheRest, gateway, sendSample, steps } from './support/story.mjs'
import { Platform } from './support/platform.mjs'
import { until } from './support/waiting.mjs'

let platform, people, gate, browser, duty, approver, leader, phone, incident
const faults = []

before(async () => {
  platform = await Platform.start()
  people = await everybody(platform)
  gate = await gateway(platform, people.admin)
  await sendSample(gate, 158)
  browser = await Browser.start(platform)
})

after(async () => {
  await browser?.close()
  gate?.connection.break()
  await platform?.remove()
})

/** The row of the alarm of the story: the A feed, urgent. */
const lowFeed = () => duty.locator('[data-testid=alarm-row][data-priority=urgent]').filter({ hasText: 'A 进料流量' }).first()
const idOf = (page) => page.url().split('/').at(-1).split('?')[0]
const field = (page, name) => page.getByTestId(`field-${name}`).last()
const write = (page, name, text) => field(page, name).locator('textarea, input').first().fill(text)

/** Takes an action of a matter's page: opens its dialog, fills it in, sends it. */
async function take(page, name, fill = async () => {}) {
  await page.getByTestId(`action-${name}`).click()
  await page.getByTestId('action-dialog').waitFor()
  await fill()
  await page.getByTestId('action-submit').click()
  const failed = page.getByTestId('action-error')
  await Promise.race([page.getByTestId('action-submit').waitFor({ state: 'detached' }), failed.waitFor().then(async () => assert.fail(`${name}: ${await failed.textContent()}`))])
}

/** Looks at the page: accessibility, and a picture. */
async function look(page, name, { settle } = {}) {
  if (settle) await page.getByTestId(settle).first().waitFor()
  await browser.look(page, name, faults)
}

steps('golden thread in the console', (step) => {
  step('sign-in says what is wrong, then lets in; the portal shows what waits', async () => {
    const page = await browser.window()
    await page.goto('/')
    await page.getByTestId('signin-user').fill('duty.lingwu')
    await page.getByTestId('signin-password').fill('wrong')
    await page.getByTestId('signin-submit').click()
    await page.getByTestId('signin-error').waitFor()
    await look(page, 'sign-in')
    browser.complaints.splice(0)
    await page.context().close()
    duty = await browser.signIn('duty.lingwu')
    await duty.getByTestId('demo-banner').waitFor()
    assert.match(await duty.title(), /[\u4e00-\u9fff]/)
    await look(duty, 'portal-quiet', { settle: 'overview' })
  })

  step('an alarm appears on the desk by itself, without reload', async () => {
    await duty.getByTestId('nav-alarms').click()
    await duty.getByTestId('state-empty').or(duty.getByTestId('alarm-list')).first().waitFor()
    await until(async () => (await duty.getByTestId('live-mark').getAttribute('data-state')) === 'live', { what: 'the live line' })
    const before = await duty.evaluate(() => performance.timeOrigin)
    const row = lowFeed()
    const shown = row.waitFor({ timeout: 15_000 })
    const sent = Date.now()
    await sendSample(gate, 161)
    await shown
    // Measured, not asserted: what else the machine does meanwhile is no fault of the platform. bench/ has the figure.
    console.log(`# the alarm was on the screen after ${Date.now() - sent} ms`)
    assert.equal(await duty.evaluate(() => performance.timeOrigin), before, 'the page was not loaded again')
    await look(duty, 'alarm-desk')
  })

  step('it is on the map too, where a new one appears by itself', async () => {
    await duty.getByTestId('nav-map').click()
    await duty.getByTestId('map-canvas').waitFor()
    await duty.locator('.maplibregl-canvas').first().waitFor()
    const pins = duty.locator('.maplibregl-marker')
    await pins.first().waitFor()
    await look(duty, 'map')
    const count = duty.getByTestId('nav-alarms')
    const counted = await count.textContent()
    await sendSample(gate, 199)
    await until(async () => (await count.textContent()) !== counted, { what: 'the count of alarms to grow by itself' })
    await browser.picture(duty, 'map-alarms')
  })

  step('the duty officer acknowledges it and verifies it with a reason', async () => {
    await duty.getByTestId('nav-alarms').click()
    await lowFeed().getByTestId('alarm-open').click()
    const drawer = duty.getByTestId('alarm-drawer')
    await drawer.getByTestId('alarm-acknowledge').click()
    await drawer.getByTestId('alarm-verify').click()
    await duty.getByTestId('verdict-true_alarm').check()
    await duty.getByTestId('verify-reason').fill('企业中控确认：A 进料中断，反应器压力上升')
    await duty.getByTestId('verify-submit').click()
    await duty.getByTestId('verify-submit').waitFor({ state: 'detached' })
    await look(duty, 'alarm-verified', { settle: 'alarm-trend' })
  })

  step('drafts a warning from it, with an area and the people in it', async () => {
    await duty.getByTestId('alarm-drawer').getByTestId('alarm-draft-warning').click()
    await duty.getByTestId('warning-headline').waitFor()
    await choose(duty, duty.locator('#warning-type'), '危险化学品', '12D')
    await duty.getByTestId('warning-color-yellow').click()
    await duty.getByTestId('warning-headline').fill('宁东示例园区危险化学品泄漏风险黄色预警')
    await duty.getByTestId('warning-description').fill('示例企业反应器进料中断，压力持续升高，存在泄漏风险。')
    await duty.getByTestId('warning-instruction').fill('下风向群众关闭门窗，不要靠近；按指引向侧上风方向撤离。')
    await drawArea(duty)
    await duty.getByTestId('warning-population').waitFor()
    await look(duty, 'warning-editor')
    await duty.getByTestId('warning-save-submit').click()
    await duty.waitForURL(/\/warnings\/[0-9a-f-]{36}/)
  })

  step('another person approves it; the drafter cannot', async () => {
    const id = idOf(duty)
    const own = duty.getByTestId('action-approve')
    if (await own.count()) assert.equal(await own.getAttribute('aria-disabled'), 'true')
    approver = await browser.signIn('approver.lingwu')
    await approver.getByTestId('nav-inbox').click()
    await approver.getByTestId('inbox-list').getByText('宁东示例园区').first().click()
    await approver.waitForURL(new RegExp(id))
    await look(approver, 'warning-approval', { settle: 'action-approve' })
    await take(approver, 'approve')
  })

  step('is published without reload on the drafter’s screen, and seen by all', async () => {
    await duty.getByTestId('action-publish').waitFor()
    await take(duty, 'publish')
    await duty.getByTestId('coverage').waitFor()
    await look(duty, 'warning-published', { settle: 'coverage' })
    const answer = await duty.request.get('/cap/feed.atom')
    assert.match(await answer.text(), /宁东示例园区/)
  })

  step('opens an incident from the alarm; the clock of the first report runs', async () => {
    await duty.getByTestId('nav-alarms').click()
    await lowFeed().getByTestId('alarm-open').click()
    await duty.getByTestId('alarm-drawer').getByTestId('alarm-report-incident').click()
    await duty.getByTestId('incident-submit').waitFor()
    await write(duty, 'title', '示例企业反应器超压泄漏')
    await choose(duty, field(duty, 'event_type').locator('.el-select'), '危险化学品', '12D')
    await choose(duty, field(duty, 'event_level').locator('.el-select'), '一般', '')
    await write(duty, 'description', '进料中断后反应器超压，少量泄漏，无伤亡。')
    await look(duty, 'incident-form')
    await duty.getByTestId('incident-submit').click()
    await duty.waitForURL(/\/incidents\/[0-9a-f-]{36}/)
    incident = idOf(duty)
    await duty.getByTestId('incident-clocks').waitFor()
    await take(duty, 'verify', async () => {
      await choose(duty, field(duty, 'result').locator('.el-select'), '情况属实', '')
      await write(duty, 'note', '两路核实一致')
    })
    await take(duty, 'first_report', async () => {
      for (const name of ['unit_profile', 'scene_status', 'brief_course', 'measures_taken', 'signer']) await write(duty, name, '示例：已填写')
    })
    await look(duty, 'incident-reported', { settle: 'incident-clocks' })
  })

  step('the leader starts the response by the plan; tasks with deadlines appear on the other screen', async () => {
    leader = await browser.signIn('leader.lingwu')
    await leader.goto(`/incidents/${incident}`)
    await take(leader, 'start_response', async () => {
      await leader.getByTestId('fitting-plan').filter({ hasText: '灵武市危险化学品' }).click()
      await choose(leader, field(leader, 'level').locator('.el-select'), 'Ⅳ', '')
      await field(leader, 'expected_hours').locator('input').fill('12')
      await look(leader, 'response-start')
    })
    await duty.getByTestId('task-row').first().waitFor()
    assert.ok((await duty.getByTestId('task-row').count()) >= 10)
    await look(leader, 'incident-room', { settle: 'task-row' })
  })

  step('the nearest team is dispatched and confirms on its phone, at 360 px', async () => {
    phone = await browser.signIn('rescue.ningdong', { phone: true })
    await duty.getByTestId('team-row').first().waitFor()
    const near = duty.getByTestId('team-row').filter({ hasText: '宁东消防救援站' }).first()
    await near.getByTestId('team-dispatch').click()
    await duty.getByTestId('action-dialog').waitFor()
    await write(duty, 'order', '立即赶赴现场，侦检并堵漏')
    await field(duty, 'deadline_minutes').locator('input').fill('30')
    await duty.getByTestId('action-submit').click()
    await duty.getByTestId('order-row').first().waitFor()
    const card = phone.locator('[data-testid=phone-card][data-process=order]')
    await card.waitFor()
    await look(phone, 'phone-order')
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(wide <= 0, `the page is ${wide} px wider than the phone`)
    for (const action of ['confirm', 'depart', 'arrive']) {
      await card.getByTestId(`phone-${action}`).click()
      await card.getByTestId(`phone-${action}`).waitFor({ state: 'detached' })
    }
    await duty.getByTestId('order-row').locator('.on').nth(3).waitFor()
    await browser.picture(phone, 'phone-arrived')
  })

  step('tasks are done with evidence, and the incident and the warning are closed', async () => {
    await finishTasks()
    const commander = await browser.signIn('commander.lingwu')
    await commander.goto(`/incidents/${incident}`)
    for (const name of ['control', 'end_response', 'close']) await take(commander, name, () => write(commander, 'summary', '险情已消除，监测达标，无人员伤亡'))
    await commander.getByTestId('timeline').waitFor()
    await look(commander, 'incident-closed', { settle: 'timeline' })
    await duty.getByTestId('nav-warnings').click()
    await duty.getByText('宁东示例园区').first().click()
    await take(duty, 'cancel', () => write(duty, 'reason', '险情已消除'))
    await look(duty, 'warning-cancelled')
  })

  step('every other page is free of serious accessibility faults, also in English', async () => {
    const admin = await browser.signIn('admin')
    const pages = ['/', '/inbox', '/matters', '/messages', '/warnings', '/incidents', '/ledgers', '/ledgers/enterprise', '/ledgers/plan', '/admin/users', '/admin/trace', '/admin/devices', '/account', '/nowhere-at-all']
    for (const path of pages) {
      await admin.goto(path)
      await look(admin, path === '/' ? 'portal' : path.slice(1).replace(/\//g, '-'))
    }
    const enterprise = await people.admin.record('enterprise', CODES.enterprise)
    await admin.goto(`/ledgers/enterprise/${enterprise.id}`)
    await look(admin, 'record')
    await admin.goto('/')
    await admin.getByTestId('user-menu').click()
    await admin.getByTestId('locale-en').click()
    await admin.keyboard.press('Escape')
    await admin.getByText('Inbox', { exact: false }).first().waitFor()
    await look(admin, 'portal-english')
  })

  step('no console complained, and no page has a serious accessibility fault', () => {
    assert.deepEqual(browser.complaints, [])
    assert.deepEqual([...new Set(faults)], [])
  })
}, { onFailure: () => browser.pictureAll() })

/** Draws a square around the middle of the map. */
async function drawArea(page) {
  await page.getByTestId('area-draw').click()
  const canvas = page.locator('.maplibregl-canvas').first()
  const box = await canvas.boundingBox()
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y]
  for (const corner of [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]]) {
    await page.mouse.move(...at(...corner), { steps: 3 })
    await page.mouse.click(...at(...corner))
  }
  await page.mouse.click(...at(0.4, 0.6))
  await page.getByTestId('area-clear').waitFor()
}

/** One task by hand with a photograph, the rest as scripts would. */
async function finishTasks() {
  const inbox = await people['duty.lingwu'].all('/inbox')
  const mine = inbox.find((matter) => matter.parent === incident)
  await duty.goto(`/matters/${mine.id}`)
  await take(duty, 'accept')
  await duty.getByTestId('matter-file').setInputFiles({ name: '现场照片.png', mimeType: 'image/png', buffer: PICTURE })
  await until(async () => (await people['duty.lingwu'].get(`/matters/${mine.id}`)).attachments.length === 1, { what: 'the photograph' })
  await take(duty, 'complete', () => write(duty, 'result', '已核实并上报'))
  await look(duty, 'task-done')
  await act(people['leader.lingwu'], mine.id, 'verify_done', { note: '属实' })
  await finishTheRest(people, incident, mine.id)
}
