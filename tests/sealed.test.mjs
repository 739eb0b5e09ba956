// Nothing personal lies in clear: planted through every door, then looked for in every file and table.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Client, serverErrors } from './support/client.mjs'
import { startMailSink } from './support/mail-sink.mjs'
import { Platform } from './support/platform.mjs'
import { STORE, dump } from './support/stores.mjs'
import { CODES, act, square } from './support/story.mjs'
import { code as oneTime } from './support/totp.mjs'
import { isProblem } from './support/verdicts.mjs'
import { until } from './support/waiting.mjs'
import { XLSX, readWorkbook, workbook } from './support/workbook.mjs'

const PHONE = '13987650123'
const PHONE_AFTER = '13987650456'
const ID_NUMBER = '11010519491231002X'
const PERSON_MAIL = 'planted.person@secret-host.invalid'
const SUBSCRIBER_MAIL = 'planted.subscriber@secret-host.invalid'
const PLANTED = [PHONE, PHONE_AFTER, ID_NUMBER, PERSON_MAIL, SUBSCRIBER_MAIL, 'secret-host']

let platform, admin, viewer, duty, approver, mail, person, totp

before(async () => {
  // Turns everything away and repeats the address in its answer, as mail servers do.
  mail = await startMailSink({ deaf: true })
  platform = await Platform.start({ config: `[mail]\nhost = "127.0.0.1"\nport = ${mail.port}\ntls = "none"\nfrom = "fengsui@example.invalid"\n` })
  ;[admin, viewer, duty, approver] = await Promise.all(['admin', 'viewer.ningxia', 'duty.lingwu', 'approver.lingwu'].map((user) => Client.signIn(platform, user)))
})
after(async () => {
  await platform?.remove()
  await mail?.close()
})

const files = (directory) => readdirSync(directory, { recursive: true }).map((name) => join(directory, name)).filter((path) => statSync(path).isFile())

/** Every place on the disk or in the database where a planted value lies in clear. */
function leaks(values = PLANTED) {
  const found = []
  for (const path of files(platform.home)) {
    const bytes = readFileSync(path)
    for (const value of values) if (bytes.includes(value)) found.push(`${path}: ${value}`)
  }
  if (STORE === 'postgres') {
    const text = dump(platform.environment.FENGSUI_STORAGE__URL)
    assert.ok(text.includes('record_version'), 'the dump holds the tables')
    for (const value of values) if (text.includes(value)) found.push(`dump: ${value}`)
  }
  return found
}

const command = (...words) => platform.command(...words)

describe('planted through the outer surface', () => {
  test('written, changed, imported, revealed, exported, sent', async () => {
    const body = { code: 'PLANTED-1', name: '示例·植入', division: CODES.county, attributes: { phone: PHONE, id_number: ID_NUMBER, email: PERSON_MAIL, title: '科员' } }
    person = await admin.call('POST', '/records/person', body, { why: '植入' })
    assert.deepEqual([person.attributes.phone, person.attributes.id_number], ['139****0123', '110****002X'])
    const changed = await admin.call('PUT', `/records/person/${person.id}`, { ...person, attributes: { ...person.attributes, phone: PHONE_AFTER }, version: 1 }, { why: '换号' })
    assert.deepEqual([changed.version, changed.attributes.phone], [2, '139****0456'])
    const sheet = readWorkbook((await admin.send('GET', '/records/person/template.xlsx')).bytes)[0]
    const cells = { 编码: 'PLANTED-2', 名称: '示例·导入', 行政区划: CODES.county, 手机: PHONE, 身份证: ID_NUMBER, 电子邮箱: PERSON_MAIL }
    const row = sheet.map((column) => Object.entries(cells).find(([part]) => column.startsWith(part))?.[1] ?? '')
    const report = await admin.upload('/records/person/imports', 'x.xlsx', XLSX, workbook([sheet, row]))
    assert.equal(report.body.created, 1, JSON.stringify(report.body))
    const bad = await admin.upload('/records/person/imports', 'x.xlsx', XLSX, workbook([sheet, row.map((cell) => (cell === ID_NUMBER ? `${PHONE}1234567` : cell))]))
    assert.ok(bad.body.errors.length > 0)
    await admin.call('POST', '/subscribers', { list: 'warnings', channel: 'email', address: SUBSCRIBER_MAIL, name: '示例·植入订户' })
    await admin.refused('POST', '/subscribers', { list: 'warnings', channel: 'email', address: SUBSCRIBER_MAIL, name: '又一次' }, 409)
    await viewer.send('GET', `/records/person?filter=phone:eq:${PHONE}`)
  })

  test('revealing needs the right and a reason, and is traced with both', async () => {
    await admin.refused('POST', `/records/person/${person.id}/reveal`, undefined, 422, 'required')
    isProblem(await viewer.send('POST', `/records/person/${person.id}/reveal`, { why: '好奇' }), { status: 403 })
    const { values } = await admin.call('POST', `/records/person/${person.id}/reveal`, undefined, { why: '应急联络' })
    assert.deepEqual([values.phone, values.id_number, values.email], [PHONE_AFTER, ID_NUMBER, PERSON_MAIL])
    const former = await admin.call('POST', `/records/person/${person.id}/reveal?version=1`, undefined, { why: '核实' })
    assert.equal(former.values.phone, PHONE)
    const { items } = await admin.get(`/trace?subject_kind=record&subject_id=${person.id}&action=record.read_personal`)
    assert.deepEqual(items.map(({ content }) => [content.why, content.actor_name]), [['核实', admin.session.user.name], ['应急联络', admin.session.user.name]])
    for (const path of [`/records/person/${person.id}`, `/records/person/${person.id}/history`, '/records/person?q=PLANTED', '/records/person/features.geojson', '/trace/export']) {
      const text = JSON.stringify((await admin.send('GET', path)).body)
      for (const value of PLANTED.slice(0, -1)) assert.ok(!text.includes(value), `${path} tells ${value}`)
    }
  })

  test('exports are masked unless revealed on purpose', async () => {
    const masked = (await admin.send('GET', '/records/person/export.csv')).bytes.toString('utf8')
    assert.ok(masked.includes('139****0456') && !masked.includes(PHONE_AFTER))
    await admin.refused('GET', '/records/person/export.csv?personal=true', undefined, 422, 'required')
    isProblem(await viewer.send('GET', '/records/person/export.csv?personal=true', { why: '好奇' }), { status: 403 })
    const clear = (await admin.send('GET', '/records/person/export.csv?personal=true', { why: '年度核对' })).bytes.toString('utf8')
    assert.ok(clear.includes(PHONE_AFTER) && clear.includes(ID_NUMBER))
    const { items } = await admin.get('/trace?action=record.export')
    assert.deepEqual([items[0].content.why, items[0].content.data.revealed > 0], ['年度核对', true])
  })

  test('a warning is sent to the address, and the refusal of the mail server names it to nobody', async () => {
    const later = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString()
    const opening = {
      event_type: '12D', color: 'yellow', headline: '示例预警', description: '示例：存在泄漏风险。', instruction: '关闭门窗。',
      area: { divisions: [CODES.county], polygon: square({ lon: 106.62, lat: 38.17 }) }, onset_at: later(0), expires_at: later(240), issuer: duty.session.posts[0].organisation.id,
    }
    const { id } = await duty.call('POST', '/matters', { process: 'warning', opening })
    await act(duty, id, 'submit')
    await act(approver, id, 'approve', {}, { why: '同意' })
    await act(duty, id, 'publish')
    const refused = await until(async () => (await duty.get(`/messages?matter=${id}&limit=200`)).items.find((delivery) => delivery.channel === 'email' && delivery.recipient === '示例·植入订户' && delivery.error), { within: 20_000, what: 'the refusal' })
    assert.match(refused.error, /mailbox busy/)
    assert.match(refused.error, /\*\*\*\*/)
    assert.ok(mail.refusals > 0)
  })

  test('a second factor works, and its secret is nowhere', async () => {
    const { secret } = await admin.call('POST', '/session/totp', {})
    totp = secret
    await admin.call('POST', '/session/totp/confirm', { code: oneTime(secret) })
  })
})

describe('looked for', () => {
  test('in every file and table, while it runs and after it stopped', async () => {
    assert.deepEqual(leaks(), [])
    await platform.stop()
    assert.deepEqual(leaks([...PLANTED, totp]), [])
    assert.equal(statSync(join(platform.data, 'keys/sealing.key')).mode & 0o777, 0o600)
  })

  test('a backup holds no key unless asked, and nothing in clear', { skip: STORE !== 'sqlite' }, async () => {
    const target = join(platform.home, 'backup')
    const { code, output } = await command('backup', target, '--data', platform.data)
    assert.equal(code, 0, output)
    assert.match(output, /without the keys; restoring needs the key [0-9a-f]{8}/)
    assert.deepEqual(leaks(), [])
    assert.equal((await command('restore', target, '--data', join(platform.home, 'r1'))).code, 1)
    const restored = await command('restore', target, '--data', join(platform.home, 'r1'), '--keys', join(platform.data, 'keys'))
    assert.equal(restored.code, 0, restored.output)
  })

  test('a start without the key is refused in clear words, and makes no other', async () => {
    const key = join(platform.data, 'keys/sealing.key')
    renameSync(key, `${key}.away`)
    const { code, output } = await command('user', 'list', '--data', platform.data)
    assert.equal(code, 1)
    assert.match(output, /sealed with the key [0-9a-f]{8}, and the key file .*sealing\.key is missing/)
    renameSync(`${key}.away`, key)
  })

  test('after a rotation everything is sealed anew and still opens', async () => {
    const before = readFileSync(join(platform.data, 'keys/sealing.key'), 'utf8')
    const { code, output } = await command('keys', 'rotate', '--data', platform.data)
    assert.equal(code, 0, output)
    const shown = (await command('keys', 'show', '--data', platform.data)).output
    assert.match(shown, /older {2}0 values\n.*in use {2}[1-9][0-9]* values\n$/, shown)
    assert.ok(readFileSync(join(platform.data, 'keys/sealing.key'), 'utf8').startsWith(before), 'older keys stay')
    await platform.start()
    const again = new Client(platform.url)
    await again.signIn('admin', platform.passwords.get('admin'), oneTime(totp, { steps: 1 }))
    const { values } = await again.call('POST', `/records/person/${person.id}/reveal`, undefined, { why: '轮换之后' })
    assert.deepEqual([values.phone, values.id_number], [PHONE_AFTER, ID_NUMBER])
    assert.deepEqual(leaks(), [])
    assert.deepEqual(serverErrors, [])
  })
})
