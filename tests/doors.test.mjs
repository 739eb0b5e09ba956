// Bad input at every HTTP door: a clear answer that names the field, in the reader's language;
// nothing lost, nothing half written, never a server error.

import assert from 'node:assert/strict'
import { request as rawRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { Client, serverErrors } from './support/client.mjs'
import { Platform } from './support/platform.mjs'
import { CODES, PICTURE, square } from './support/story.mjs'
import { LiveStream } from './support/stream.mjs'
import { HOSTILE, IMPOSSIBLE, everyRow, isProblem } from './support/verdicts.mjs'

let platform, admin, duty, viewer, made = 0

before(async () => {
  platform = await Platform.start()
  ;[admin, duty, viewer] = await Promise.all(['admin', 'duty.lingwu', 'viewer.ningxia'].map((user) => Client.signIn(platform, user)))
})
after(() => platform?.remove())

const shelter = (changes = {}, attributes = {}) => {
  made += 1
  return {
    code: `E2E-${made}`, name: `示例·门口测试 ${made}`, division: CODES.county, location: { lon: 106.6, lat: 38.16 },
    attributes: { category: 'emergency', area_m2: 100, capacity_person: 50, indoor: false, ...attributes }, ...changes,
  }
}
const without = (object, name) => Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))
const post = (path, json, client = admin) => client.send('POST', path, { json })
const raw = (path, body, type = 'application/json', client = admin) => client.send('POST', path, { body, headers: { 'content-type': type } })

describe('records', () => {
  test('a sound record is taken', async () => {
    const record = await admin.call('POST', '/records/shelter', shelter())
    assert.equal(record.version, 1)
    assert.equal(record.division_name.includes('灵武'), true)
  })

  test('every fault of the form is named with its field', () =>
    everyRow([
      ['name missing', without(shelter(), 'name'), 'name', 'required'],
      ['name empty', shelter({ name: '' }), 'name'],
      ['name blank', shelter({ name: '   ' }), 'name'],
      ['name a number', shelter({ name: 5 }), 'name', 'wrong_type'],
      ['name null', shelter({ name: null }), 'name'],
      ['name a list', shelter({ name: ['x'] }), 'name'],
      ['name too long', shelter({ name: '长'.repeat(5000) }), 'name'],
      ['code a number', shelter({ code: 5 }), 'code'],
      ['code too long', shelter({ code: 'x'.repeat(5000) }), 'code'],
      ['division missing', without(shelter(), 'division'), 'division', 'required'],
      ['division unknown', shelter({ division: '999999000000' }), 'division'],
      ['division not there', shelter({ division: '640199000000' }), 'division'],
      ['division malformed', shelter({ division: 'Ningxia' }), 'division'],
      ['division a number', shelter({ division: 640181000000 }), 'division'],
      ['location swapped', shelter({ location: { lon: 38.16, lat: 106.6 } }), 'location', 'coordinates_swapped'],
      ['location in Paris', shelter({ location: { lon: 2.35, lat: 48.85 } }), 'location', 'coordinates_outside_china'],
      ['location at zero', shelter({ location: { lon: 0, lat: 0 } }), 'location', 'coordinates_outside_china'],
      ['location text', shelter({ location: { lon: '106', lat: 38 } }), 'location'],
      ['location half', shelter({ location: { lon: 106 } }), 'location'],
      ['location a list', shelter({ location: [106, 38, 1] }), 'location'],
      ['attributes missing', without(shelter(), 'attributes'), 'attributes.category', 'required'],
      ['attributes a list', shelter({ attributes: [] }), 'attributes'],
      ['attribute of another type', shelter({}, { area_m2: 'much' }), 'attributes.area_m2'],
      ['attribute negative', shelter({}, { capacity_person: -1 }), 'attributes.capacity_person'],
      ['attribute fractional', shelter({}, { capacity_person: 1.5 }), 'attributes.capacity_person'],
      ['attribute gigantic', shelter({}, { capacity_person: 1e300 }), 'attributes.capacity_person'],
      ['attribute unknown value', shelter({}, { category: 'palace' }), 'attributes.category'],
      ['attribute unknown', shelter({}, { colour: 'red' }), 'attributes.colour'],
      ['field unknown', shelter({ colour: 'red' }), 'colour', 'unknown_field'],
      ['enterprise unknown', shelter({ enterprise: '01890000-0000-7000-8000-000000000000' }), 'enterprise'],
      ['phone no phone', shelter({}, { phone: 'call me' }), 'attributes.phone'],
    ], async (_, body, field, code) => isProblem(await post('/records/shelter', body), { status: 422, field, code })))

  test('all faults are told at once', async () => {
    const answer = await post('/records/shelter', shelter({}, { area_m2: 'much', category: 'palace', colour: 1 }))
    assert.ok(answer.body.errors.length >= 3, JSON.stringify(answer.body))
  })

  test('a body that is no JSON is refused', () =>
    everyRow([
      ['nothing', ''], ['cut off', '{"name":'], ['a list', '[]'], ['a text', '"x"'], ['null', 'null'], ['two documents', '{}{}'], ['NaN', '{"name":NaN}'],
      ['a number beyond', '{"name":"x","division":"640181000000","attributes":{"area_m2":1e999}}'],
      ['invalid UTF-8', Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), Buffer.from('"}')])],
      ['lone surrogate', '{"name":"\\ud800","division":"640181000000","attributes":{}}'],
      ['too deep', '['.repeat(200_000)], ['deep object', '{"a":'.repeat(50_000)],
    ], async (_, body) => isProblem(await raw('/records/shelter', body), { status: [400, 422] })))

  test('ten megabytes are too much', async () => {
    const answer = await post('/records/shelter', shelter({ name: 'x'.repeat(10 * 1024 * 1024) }))
    isProblem(answer, { status: 413 })
  })

  test('what cannot be stored is refused, what can is kept as it is', async () => {
    await everyRow(IMPOSSIBLE.map((text) => [JSON.stringify(text).slice(0, 20), text]), async (_, text) => {
      isProblem(await post('/records/shelter', shelter({ name: text })), { status: 422, field: 'name' })
      isProblem(await post('/records/shelter', shelter({}, { address: text })), { status: 422, field: 'attributes.address' })
      isProblem(await post('/records/shelter', shelter({ code: text })), { status: 422, field: 'code' })
    })
    await everyRow(HOSTILE.map((text) => [text]), async (text) => {
      const answer = await admin.send('POST', '/records/shelter', { json: shelter({ name: text }, { address: text, manager: text }), why: text })
      // Markup has no business in a ledger: it may be refused, with the field named.
      if (text.includes('<') && answer.status === 422) return isProblem(answer, { status: 422, field: 'name' })
      assert.equal(answer.status, 201, JSON.stringify(answer.body))
      const record = answer.body
      const back = await admin.get(`/records/shelter/${record.id}`)
      assert.deepEqual([back.name, back.attributes.address], [text, text])
      const found = await admin.get(`/records/shelter?q=${encodeURIComponent(text)}`)
      assert.ok(Array.isArray(found.items))
      const history = await admin.get(`/records/shelter/${record.id}/history`)
      assert.equal(history[0].why, text)
    })
    assert.ok((await admin.get('/records/shelter?limit=1')).total > 27, 'the table is still there')
  })

  test('codes are unique', async () => {
    const body = shelter()
    await admin.call('POST', '/records/shelter', body)
    const before = (await admin.get('/records/shelter?limit=1')).total
    isProblem(await post('/records/shelter', { ...body, name: '另一个' }), { status: 409, field: 'code', code: 'duplicate' })
    assert.equal((await admin.get('/records/shelter?limit=1')).total, before)
  })

  test('of two who change the same version one wins, and the other sees both', async () => {
    const record = await admin.call('POST', '/records/shelter', shelter())
    const change = (name, version = record.version) => ({ ...shelter(), code: record.code, name, version })
    const path = `/records/shelter/${record.id}`
    const answers = await Promise.all(['甲', '乙', '丙'].map((name) => admin.send('PUT', path, { json: change(name) })))
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 409, 409])
    const stale = answers.find((answer) => answer.status === 409)
    isProblem(stale, { status: 409, code: 'stale' })
    const winner = answers.find((answer) => answer.status === 200).body
    assert.equal(stale.body.current.name, winner.name)
    assert.ok(['甲', '乙', '丙'].includes(stale.body.submitted.name) && stale.body.submitted.name !== winner.name)
    isProblem(await admin.send('PUT', path, { json: without(change('丁'), 'version') }), { status: 422, field: 'version' })
    isProblem(await admin.send('PUT', path, { json: change('丁', 'x') }), { status: 422, field: 'version' })
    isProblem(await admin.send('PUT', path, { json: change('丁', 99) }), { status: 409, code: 'stale' })
    isProblem(await admin.send('DELETE', `${path}?version=1`), { status: 409, code: 'stale' })
    isProblem(await admin.send('DELETE', path), { status: 422, field: 'version' })
    assert.equal((await admin.send('DELETE', `${path}?version=2`)).status, 204)
    isProblem(await admin.send('GET', path), { status: 404 })
    isProblem(await admin.send('PUT', path, { json: change('戊', 3) }), { status: [404, 409] })
  })

  test('lists refuse what they do not know', () =>
    everyRow([
      'limit=-1', 'limit=abc', 'limit=99999999999999999999', 'cursor=garbage', 'cursor=%00', 'filter=x', 'filter=nothing:eq:1',
      'filter=capacity_person:eq:many', 'filter=capacity_person:near:5', 'sort=nothing', 'sort=-', 'bbox=1,2,3', 'bbox=a,b,c,d', 'division=xyz', 'division=1',
      'filter=name;DROP%20TABLE%20records:eq:1', 'sort=name;DROP%20TABLE%20records', 'sort=name)%20UNION%20SELECT%201',
    ].map((query) => [query]), async (query) => isProblem(await admin.send('GET', `/records/shelter?${query}`), { status: [400, 422] })))

  test('a page is never longer than 500', async () => {
    for (const limit of [0, 501, 4_000_000_000]) {
      const answer = await admin.send('GET', `/records/enterprise?limit=${limit}`)
      if (answer.status === 200) assert.ok(answer.body.items.length <= 500)
      else isProblem(answer, { status: 422 })
    }
  })

  test('searches take any text', () =>
    everyRow([...HOSTILE, 'x'.repeat(5000), '"', '*', 'AND', 'NOT x', '(', 'a*b', 'NEAR(', '-', 'name:x', '^', '\u0000', '\ufffd'].map((text) => [text]), async (text) => {
      for (const path of ['/records/shelter?q=', '/search?q=', '/divisions?q=', '/alarms?q=', '/matters?q=', '/series?q=']) {
        const answer = await admin.send('GET', path + encodeURIComponent(text))
        assert.ok(answer.status < 500, `${path} → ${answer.status}`)
        if (answer.status >= 400) isProblem(answer)
      }
    }))

  test('paths that name nothing answer 404', () =>
    everyRow([
      '/records/castle', '/records/castle/x', '/records/shelter/not-an-id', '/records/shelter/01890000-0000-7000-8000-000000000000', '/records/shelter/%00', '/records/%27%20OR%201=1',
      '/alarms/1', '/matters/..%2f..', '/attachments/x', '/series/0/observations', '/tiles/castle/5/1/1.mvt', '/tiles/shelter/99/0/0.mvt', '/tiles/shelter/5/999/0.mvt',
      '/tiles/shelter/5/-1/0.mvt', '/tiles/shelter/a/b/c.mvt', '/basemap/..%2f..%2fetc%2fpasswd', '/divisions/999999000000', '/records/castle/export.xlsx', '/nowhere', '/records/shelter/export.pdf',
    ].map((path) => [path]), async (path) => isProblem(await admin.send('GET', path), { status: [404, 422] })))

  test('nearest and boxes refuse bad coordinates', () =>
    everyRow([
      '', '?lon=x&lat=y', '?lon=38&lat=106', '?lon=500&lat=500', '?lon=NaN&lat=NaN', '?lon=106&lat=38&radius_m=-5', '?lon=1e400&lat=38',
    ].map((query) => [query || 'nothing', query]), async (_, query) => isProblem(await admin.send('GET', `/records/shelter/nearest${query}`), { status: 422 })))
})

describe('who calls', () => {
  test('nothing answers without a session, and forged ones are none', async () => {
    const paths = ['/records/shelter', '/alarms', '/matters', '/inbox', '/users', '/tokens', '/trace', '/trace/export', '/series', '/stream', '/messages/mine', '/kinds', '/overview', '/divisions', '/quarantine', '/subscribers']
    await everyRow(paths.map((path) => [path]), async (path) => {
      const nobody = new Client(platform.url)
      isProblem(await nobody.send('GET', path), { status: 401 })
      nobody.cookie = 'fengsui_session=forged'
      isProblem(await nobody.send('GET', path), { status: 401 })
      isProblem(await new Client(platform.url, { token: 'forged' }).send('GET', path), { status: 401 })
    })
  })

  test('a session that was ended no longer opens', async () => {
    const gone = await Client.signIn(platform, 'viewer.ningxia')
    const { cookie } = gone
    assert.equal((await gone.send('DELETE', '/session')).status, 204)
    gone.cookie = cookie
    isProblem(await gone.send('GET', '/inbox'), { status: 401 })
  })

  test('a change by cookie needs the CSRF token', async () => {
    for (const headers of [{}, { 'x-csrf-token': 'forged' }]) {
      const answer = await admin.send('POST', '/records/shelter', { json: shelter(), csrf: false, headers })
      isProblem(answer, { status: [403, 422], code: 'csrf' })
    }
    const other = viewer.session.csrf_token
    isProblem(await admin.send('POST', '/records/shelter', { json: shelter(), csrf: false, headers: { 'x-csrf-token': other } }), { code: 'csrf' })
  })

  test('who has no right is refused, and the refusal is traced', async () => {
    const body = shelter()
    const answer = await post('/records/shelter', body, viewer)
    isProblem(answer, { status: 403, code: 'denied' })
    const trace = await admin.get('/trace?action=permission.denied&limit=50')
    assert.ok(JSON.stringify(trace.items).includes(viewer.session.user.id), 'the denial stands in the trace')
    const record = await admin.call('POST', '/records/shelter', body)
    isProblem(await viewer.send('DELETE', `/records/shelter/${record.id}?version=1`), { status: 403 })
    isProblem(await viewer.send('PUT', `/records/shelter/${record.id}`, { json: { ...body, version: 1 } }), { status: 403 })
    for (const path of ['/users', '/trace', '/trace/export', '/subscribers']) isProblem(await viewer.send('GET', path), { status: 403 })
    isProblem(await post('/users', { login: 'x.y', name: 'x', active: true, posts: [] }, viewer), { status: 403 })
    isProblem(await viewer.send('GET', '/inbox', { headers: { 'x-acting-post': admin.session.posts[0].id } }), { status: [403, 422] })
  })

  test('errors speak the reader’s language', async () => {
    const say = (language) => admin.send('POST', '/records/shelter', { json: without(shelter(), 'name'), language })
    const texts = async (language) => { const { body } = await say(language); return body.detail + body.errors.map((error) => error.message).join('') }
    const chinese = /[\u4e00-\u9fff]/
    for (const language of ['zh-CN', 'zh', 'zh-CN,en;q=0.5', 'fr', '', '*', ';;;q=x', 'x'.repeat(2000)]) assert.match(await texts(language), chinese, language)
    for (const language of ['en', 'en-GB', 'en-US,en;q=0.9,zh;q=0.1']) assert.doesNotMatch(await texts(language), chinese, language)
  })
})

describe('the wire', () => {
  test('media types that are not meant are refused', () =>
    everyRow([
      ['text', 'text/plain', '{}'], ['form', 'application/x-www-form-urlencoded', 'name=x'], ['xml', 'application/xml', '<x/>'], ['nonsense', 'x', '{}'],
    ], async (_, type, body) => isProblem(await raw('/records/shelter', body, type), { status: 415 })))

  test('methods that are not there are refused', async () => {
    for (const [method, path] of [['PATCH', '/records/shelter'], ['DELETE', '/kinds'], ['PUT', '/session'], ['POST', '/overview']]) {
      isProblem(await admin.send(method, path), { status: 405 })
    }
  })

  test('uploads that are none are refused', () =>
    everyRow([
      ['no boundary', 'multipart/form-data', 'x'], ['wrong boundary', 'multipart/form-data; boundary=a', '--b\r\n\r\nx'], ['no file', 'multipart/form-data; boundary=a', '--a\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n--a--\r\n'],
      ['cut off', 'multipart/form-data; boundary=a', '--a\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\nabc'], ['JSON', 'application/json', '{}'],
    ], async (_, type, body) => isProblem(await raw('/records/shelter/imports', body, type), { status: [400, 415, 422] })))

  test('odd requests do no harm', async () => {
    const { hostname, port } = new URL(platform.url)
    const ask = (path, headers = {}) => new Promise((resolve) => {
      const request = rawRequest({ hostname, port, path, headers, insecureHTTPParser: true }, (response) => response.resume().once('end', () => resolve(response.statusCode)))
      request.once('error', () => resolve('closed'))
      request.end()
    })
    const answers = await Promise.all([
      ask('/../../../../etc/passwd'), ask('/..%2f..%2fetc/passwd'), ask('/%00'), ask('/%ff%fe'), ask('/api/v1/%'), ask(`/${'a'.repeat(70_000)}`),
      ask('/', { 'x-big': 'a'.repeat(70_000) }), ask('/api/v1/records/shelter', { cookie: `fengsui_session=${'a'.repeat(6000)}` }), ask('/cap/..%2f..%2fx.xml'), ask("/cap/'%20OR%201.xml"),
    ])
    for (const status of answers) assert.ok(status === 'closed' || status < 500, `${answers}`)
    assert.equal((await new Client(platform.url).send('GET', '//readyz')).status, 200)
    await (await LiveStream.open(admin, { lastEventId: '99999999999' })).close()
    const odd = await admin.send('GET', '/stream?last_event_id=garbage', { signal: AbortSignal.timeout(2_000) }).catch(() => ({ status: 200 }))
    assert.ok(odd.status < 500, `${odd.status}`)
  })

  test('answers carry the headers that protect a browser', async () => {
    for (const path of ['//', '/session', '//api/openapi.json']) {
      const { headers } = await admin.send('GET', path)
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
      assert.ok(headers.get('content-security-policy') || headers.get('x-frame-options'), path)
    }
  })
})

describe('matters, alarms, series', () => {
  const opening = () => ({
    event_type: '12D', color: 'blue', headline: '门口测试', description: '测试', instruction: '测试', area: { divisions: [CODES.county] },
    onset_at: new Date().toISOString(), expires_at: new Date(Date.now() + 3_600_000).toISOString(), issuer: duty.session.posts[0].organisation.id,
  })
  const warning = (changes = {}) => ({ process: 'warning', opening: { ...opening(), ...changes } })

  test('openings are checked', () =>
    everyRow([
      ['process unknown', { process: 'party', opening: {} }, 'process'], ['opening missing', { process: 'warning' }, 'opening'],
      ['colour unknown', warning({ color: 'pink' }), 'color'], ['colour missing', { process: 'warning', opening: without(opening(), 'color') }, 'color'],
      ['area missing', { process: 'warning', opening: without(opening(), 'area') }, 'area'], ['area a text', warning({ area: 'here' }), 'area'],
      ['division unknown', warning({ area: { divisions: ['999999000000'] } })], ['division malformed', warning({ area: { divisions: ['x'] } })],
      ['time no time', warning({ expires_at: 'tomorrow' }), 'expires_at'], ['headline a number', warning({ headline: 5 }), 'headline'], ['headline endless', warning({ headline: '长'.repeat(5000) }), 'headline'],
      ['NUL in the text', warning({ description: 'a\u0000b' }), 'description'], ['issuer unknown', warning({ issuer: 'nobody' })],
      ['event type unknown', warning({ event_type: 'ZZZ' })], ['no area at all', warning({ area: { divisions: [] } })],
      ['polygon open', warning({ area: { divisions: [CODES.county], polygon: { type: 'Polygon', coordinates: [[[106, 38], [107, 38], [107, 39]]] } } })],
      ['polygon swapped', warning({ area: { divisions: [CODES.county], polygon: { type: 'Polygon', coordinates: [[[38, 106], [38, 107], [39, 107], [38, 106]]] } } })],
      ['link to nothing', { ...warning(), links: [{ relation: 'alarm', kind: 'alarm', id: '01890000-0000-7000-8000-000000000000' }] }],
      ['link malformed', { ...warning(), links: [{ relation: 'alarm', kind: 'castle', id: 'x' }] }], ['mode unknown', { ...warning(), mode: 'party' }, 'mode'],
    ], async (_, body, field) => isProblem(await post('/matters', body, duty), { status: [403, 404, 409, 422], field })))

  test('actions are checked, and stale ones see both versions', async () => {
    const matter = await duty.call('POST', '/matters', warning())
    const path = `/matters/${matter.id}/actions`
    await everyRow([
      ['nothing', {}], ['no version', { action: { action: 'submit' } }], ['no action', { version: matter.version }], ['unknown action', { version: matter.version, action: { action: 'explode' } }],
      ['wrong phase', { version: matter.version, action: { action: 'publish' } }], ['reason missing', { version: matter.version, action: { action: 'cancel' } }], ['reason blank', { version: matter.version, action: { action: 'cancel', reason: '  ' } }],
      ['version negative', { version: -1, action: { action: 'submit' } }],
    ], async (_, body) => isProblem(await post(path, body, duty), { status: [403, 404, 409, 422] }))
    await duty.call('POST', path, { version: matter.version, action: { action: 'update', headline: '门口测试（改）' } })
    const stale = await post(path, { version: matter.version, action: { action: 'submit' } }, duty)
    isProblem(stale, { status: 409, code: 'stale' })
    assert.ok(stale.body.current && stale.body.submitted, 'both versions')
    await everyRow([
      ['comment empty', 'comments', { text: '' }, 'text'], ['comment endless', 'comments', { text: '长'.repeat(9000) }, 'text'], ['comment missing', 'comments', {}, 'text'], ['comment with NUL', 'comments', { text: 'a\u0000b' }, 'text'],
      ['handed to nobody', 'hand-over', { post: 'nobody' }], ['linked to itself', 'links', { relation: 'related', kind: 'matter', id: matter.id }], ['link empty', 'links', {}],
    ], async (_, where, body, field) => isProblem(await post(`/matters/${matter.id}/${where}`, body, duty), { status: [404, 409, 422], field }))
    for (const text of HOSTILE) await duty.call('POST', `/matters/${matter.id}/comments`, { text })
    const entries = await duty.get(`/matters/${matter.id}/timeline`)
    for (const text of HOSTILE) assert.ok(JSON.stringify(entries).includes(JSON.stringify(text).slice(1, -1)), text)
  })

  test('who may not attach is refused before the file is read', async () => {
    const matter = await duty.call('POST', '/matters', warning())
    const { port } = new URL(platform.url)
    // Twenty megabytes are announced and none is sent: only who may attach is waited for.
    const answer = await new Promise((resolve, reject) => {
      const headers = { cookie: viewer.cookie, 'x-csrf-token': viewer.session.csrf_token, 'content-type': 'multipart/form-data; boundary=x', 'content-length': 20 * 1024 * 1024 }
      const asked = rawRequest({ port, method: 'POST', path: `/api/v1/matters/${matter.id}/attachments`, headers }, resolve)
      asked.on('error', reject)
      asked.flushHeaders()
    })
    assert.equal(answer.statusCode, 403)
    answer.destroy()
  })

  test('an action that is not possible says why, in the language of the reader', async () => {
    const matter = await duty.call('POST', '/matters', warning())
    const reasons = async (language) => (await viewer.get(`/matters/${matter.id}`, { language })).available_actions.map((action) => action.reason)
    const [chinese, english] = [await reasons('zh-CN'), await reasons('en')]
    assert.ok(chinese.length > 0)
    for (const reason of chinese) assert.match(reason.message, /\p{Script=Han}/u)
    for (const reason of english) assert.match(reason.message, /^[A-Z][a-z]+ /)
    assert.equal(chinese[0].code, english[0].code)
  })

  test('attachments are what they say, and not too large', async () => {
    const matter = await duty.call('POST', '/matters', warning())
    const upload = (name, type, bytes) => duty.upload(`/matters/${matter.id}/attachments`, name, type, bytes)
    await everyRow([
      ['page', 'x.html', 'text/html', '<script>alert(1)</script>'], ['page as picture', 'x.png', 'image/png', '<script>alert(1)</script>'], ['drawing with script', 'x.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
      ['program', 'x.exe', 'application/octet-stream', 'MZ\u0090\u0000'], ['nothing', 'x.png', 'image/png', ''], ['script', 'x.js', 'text/javascript', 'alert(1)'],
    ], async (_, name, type, bytes) => {
      const answer = await upload(name, type, bytes)
      if (answer.status !== 201) return isProblem(answer, { status: [413, 415, 422] })
      // Text stays text: what is inside decides, not the name, and no browser runs it in our name.
      assert.equal(answer.body.media_type, 'text/plain')
      const { headers } = await duty.send('GET', `/attachments/${answer.body.id}`)
      assert.deepEqual([headers.get('content-type'), headers.get('x-content-type-options')], ['text/plain', 'nosniff'])
      assert.match(headers.get('content-disposition'), /^attachment/)
    })
    isProblem(await upload('big.png', 'image/png', Buffer.concat([PICTURE, Buffer.alloc(21 * 1024 * 1024)])), { status: 413 })
    const kept = await upload('../../<b>证据</b>.png', 'image/png', PICTURE)
    assert.equal(kept.status, 201)
    const back = await duty.send('GET', `/attachments/${kept.body.id}`)
    assert.ok(back.bytes.equals(PICTURE))
    assert.doesNotMatch(back.headers.get('content-disposition') ?? '', /\.\.\/|<b>/)
    const foreign = await Client.signIn(platform, 'duty.pingluo')
    isProblem(await foreign.send('GET', `/attachments/${kept.body.id}`), { status: [403, 404] })
  })

  test('observations over HTTP are judged one by one', async () => {
    const gone = new Date(Date.now() + 86_400_000 * 400).toISOString()
    const send = (observations, device = CODES.gateway) => post('/observations', { device, observations })
    const now = () => new Date().toISOString()
    await everyRow([
      ['nothing', {}, 'device'], ['no observations', { device: CODES.gateway }, 'observations'], ['a text', { device: CODES.gateway, observations: 'x' }], ['no series', { device: CODES.gateway, observations: [{ observed_at: now(), value: '1' }] }],
      ['time no time', { device: CODES.gateway, observations: [{ series: 'XMEAS_01', observed_at: 'now', value: '1' }] }], ['quality unknown', { device: CODES.gateway, observations: [{ series: 'XMEAS_01', observed_at: now(), value: '1', quality: 'splendid' }] }],
    ], async (_, body, field) => isProblem(await post('/observations', body), { status: 422, field }))
    const quarantined = await send([
      { series: 'XMEAS_01', observed_at: gone, value: '0.25' }, { series: 'NOTHING', observed_at: now(), value: '1' }, { series: "x'; DROP TABLE observations; --", observed_at: now(), value: '1' },
      { series: 'XMEAS_02', observed_at: '1970-01-01T00:00:00Z', value: '3660' }, { series: 'XMEAS_03', observed_at: now(), value: 'NaN' }, { series: 'XMEAS_04', observed_at: now(), value: '9'.repeat(10_000) },
    ])
    assert.ok(quarantined.status === 200 || quarantined.status === 422, `${quarantined.status} ${JSON.stringify(quarantined.body)}`)
    if (quarantined.status === 200) assert.ok(quarantined.body.quarantined >= 6, JSON.stringify(quarantined.body))
    isProblem(await send([{ series: 'a\u0000b', observed_at: now(), value: '1' }]), { status: 422 })
    const unknown = await send([{ series: 'a', observed_at: now(), value: '1' }], "NOBODY'; --")
    assert.ok(unknown.status < 500 && unknown.body.accepted !== 1)
    isProblem(await send(Array.from({ length: 10_001 }, (_, at) => ({ series: 'XMEAS_01', observed_at: new Date(Date.now() - at).toISOString(), value: '0.25' }))), { status: [413, 422] })
    const { items } = await admin.get('/quarantine')
    assert.ok(items.some((entry) => JSON.stringify(entry).includes('NOTHING')), 'what could not be placed is seen')
  })

  test('rules, subscribers, population, users, tokens are checked', async () => {
    const series = (await admin.get('/series?limit=1')).items[0].id
    const rule = { series, name: '测试', kind: 'high', limit: 1, deadband: 0, on_delay_seconds: 0, off_delay_seconds: 0, priority: 'low', enabled: true }
    await everyRow([
      ['rule of nothing', '/rules', { ...rule, series: '01890000-0000-7000-8000-000000000000' }], ['rule kind', '/rules', { ...rule, kind: 'sideways' }, 'kind'], ['rule limit', '/rules', { ...rule, limit: 'x' }, 'limit'], ['rule deadband', '/rules', { ...rule, deadband: -1 }, 'deadband'],
      ['rule delay', '/rules', { ...rule, on_delay_seconds: -1 }, 'on_delay_seconds'], ['rule priority', '/rules', { ...rule, priority: 'red' }, 'priority'],
      ['channel', '/subscribers', { list: 'warnings', channel: 'pigeon', address: 'x', name: 'x' }, 'channel'], ['address', '/subscribers', { list: 'warnings', channel: 'email', address: 'nobody', name: 'x' }, 'address'], ['mail header', '/subscribers', { list: 'warnings', channel: 'email', address: 'a@b.c\r\nBcc: x@y.z', name: 'x' }, 'address'],
      ['hook scheme', '/subscribers', { list: 'warnings', channel: 'webhook', address: 'file:///etc/passwd', name: 'x' }, 'address'], ['population nothing', '/population', {}], ['population swapped', '/population', { area: { type: 'Polygon', coordinates: [[[38, 106], [38, 107], [39, 107], [38, 106]]] } }],
      ['population line', '/population', { area: { type: 'LineString', coordinates: [[106, 38], [107, 38]] } }], ['population unknown', '/population', { divisions: ['999999000000'] }],
      ['login', '/users', { login: 'two words', name: 'x', active: true, posts: [] }, 'login'], ['login taken', '/users', { login: 'admin', name: 'x', active: true, posts: [] }, 'login'], ['post unknown', '/users', { login: 'new.one', name: 'x', active: true, posts: ['nobody'] }, 'posts'],
      ['token without name', '/tokens', {}, 'name'], ['token from the past', '/tokens', { name: 'x', expires_at: '2001-01-01T00:00:00Z' }, 'expires_at'],
    ], async (_, path, body, field) => isProblem(await post(path, body), { status: [404, 409, 422], field }))
    const whole = await admin.call('POST', '/population', { area: square({ lon: 106.6, lat: 38.1 }, 0.3) })
    assert.ok(whole.divisions.length > 0)
  })
})

describe('what operators read', () => {
  const figures = (headers) => fetch(`${platform.url}/metrics`, { headers })

  test('figures are for this machine, not for whoever comes through a proxy', async () => {
    assert.match(await (await figures({})).text(), /fengsui_http_requests_total/)
    assert.equal((await figures({ 'x-forwarded-for': '127.0.0.1' })).status, 401)
    assert.equal((await figures({ 'x-forwarded-for': '203.0.113.9', authorization: 'Bearer guessed' })).status, 401)
  })

  test('what could not be handled and what could not be placed are shown to those with the right', async () => {
    assert.deepEqual((await admin.get('/set-aside')).items, [])
    isProblem(await duty.send('GET', '/set-aside'), { status: 403, code: 'denied' })
    isProblem(await post('/set-aside/01970000-0000-7000-8000-000000000000/dismiss', { reason: '无' }), { status: 404 })
    assert.equal((await duty.send('GET', '/quarantine')).status, 200, 'a duty officer sees what arrived')
    isProblem(await post('/quarantine/01970000-0000-7000-8000-000000000000/discard', {}, duty), { status: 403 })
    isProblem(await viewer.send('GET', '/quarantine'), { status: 403 })
  })
})

describe('afterwards', () => {
  test('no answer was a server error, and nothing panicked', () => {
    assert.deepEqual(serverErrors, [])
    assert.doesNotMatch(platform.log(), /panicked at/)
  })

  test('the trace still verifies', async () => {
    assert.equal((await admin.get('/trace/verify')).ok, true)
  })
})
