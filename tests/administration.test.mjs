// What administrators look after, by hand in the console: who may do what and why, where people are
// signed in, how the node is configured, what the trace recorded.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { Browser, settled } from './support/browser.mjs'
import { Client } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { steps } from './support/story.mjs'

let platform, browser, page, victim
const faults = []

before(async () => {
  platform = await Platform.start({ config: '[retention]\nobservations_days = 500\n' })
  victim = await Client.signIn(platform, 'duty.lingwu')
  browser = await Browser.start(platform)
  page = await browser.signIn('admin')
})
after(async () => {
  await browser?.close()
  await platform?.remove()
})

const look = (name) => browser.look(page, name, faults)

steps('administration', (step) => {
  step('says who may approve a warning in Lingwu, and by which post', async () => {
    await page.goto('/admin/users?kind=warning&action=approve&division=640181000000')
    await page.getByTestId('holder').filter({ hasText: '预警信息签发人' }).first().waitFor()
    const answer = await page.getByTestId('holders').textContent()
    assert.match(answer, /人有此权限/)
    assert.match(answer, /凭岗位 .*，范围 /)
    await look('admin-users')
  })

  step('says what one person may do, and ends their session at once with a reason', async () => {
    await page.getByTestId('users-search').fill('duty.lingwu')
    await page.getByTestId('user-open').first().click()
    assert.match(await page.getByTestId('rights').textContent(), /告警.*确认告警/s)
    await look('admin-user')
    assert.equal((await victim.send('GET', '/session')).status, 200)
    await page.getByTestId('session-end').first().click()
    await page.locator('.el-message-box input').fill('手机丢失')
    await page.locator('.el-message-box__btns .el-button--primary').click()
    await page.getByTestId('user-sessions').waitFor({ state: 'detached' })
    assert.equal((await victim.send('GET', '/session')).status, 401)
  })

  step('shows the configuration in force and what differs, without secrets', async () => {
    await page.goto('/admin/configuration')
    const row = page.getByTestId('setting').filter({ hasText: 'retention.observations_days' })
    assert.match(await row.textContent(), /500.*已更改.*fengsui\.toml/s)
    await page.getByTestId('configuration-changed').click()
    await look('admin-configuration')
    assert.equal(await page.getByTestId('setting').filter({ hasText: 'hj212.max_connections' }).count(), 0)
    const officer = await Client.signIn(platform, 'duty.lingwu')
    assert.equal((await officer.send('GET', '/configuration')).status, 403)
  })

  step('shows the roles, and the reason in the trace', async () => {
    await page.goto('/admin/roles')
    await page.getByTestId('role-open').filter({ hasText: '值班员' }).click()
    await look('admin-roles')
    await page.goto('/admin/trace')
    await page.getByTestId('trace-open').first().waitFor()
    // The entries asked for, not the ones that stood there before.
    const found = page.waitForResponse((answer) => answer.url().includes('action=user.end_session'))
    await page.getByTestId('trace-action').fill('user.end_session')
    await found
    await settled(page)
    await page.getByTestId('trace-open').first().click()
    assert.match(await page.getByTestId('trace-facts').textContent(), /手机丢失/)
    await page.getByTestId('trace-verify').click()
    assert.match(await page.getByTestId('trace-verdict').textContent(), /链条完整/)
    await look('admin-trace')
  })

  step('fits a phone, and nothing was wrong on the way', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    for (const path of ['users', 'roles', 'configuration', 'trace']) {
      await page.goto(`/admin/${path}`)
      await look(`admin-${path}-phone`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      assert.ok(wide <= 0, `${path} is ${wide} px too wide`)
    }
    assert.deepEqual(browser.complaints, [])
    assert.deepEqual([...new Set(faults)], [])
  })
})
