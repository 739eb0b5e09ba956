// The same hundred thousand rows the way people bring them: uploaded, checked, taken in as a job, and undone.

import { setTimeout as pause } from 'node:timers/promises'
import { Client } from '../tests/support/client.mjs'
import { Platform } from '../tests/support/platform.mjs'
import { XLSX, readWorkbook } from '../tests/support/workbook.mjs'
import { enterpriseWorkbook } from './enterprises.mjs'
import { memory, note } from './figures.mjs'

const ROWS = Number(process.env.FENGSUI_BENCH_ROWS ?? 100_000)
/** How often the job is asked how far it is; part of what is measured. */
const EVERY = 100

async function rested(admin, id) {
  for (;;) {
    const view = await admin.get(`/imports/${id}`)
    if (['done', 'failed', 'cancelled'].includes(view.job?.state)) {
      if (view.job.state !== 'done') throw new Error(`import → ${JSON.stringify(view.job)}`)
      return view
    }
    await pause(EVERY)
  }
}

async function step(what, admin, id, begin) {
  const began = performance.now()
  await begin()
  const view = await rested(admin, id)
  const seconds = (performance.now() - began) / 1000
  note(`import as a job of ${ROWS} rows: ${what}`, seconds, 's', { detail: `${Math.round(ROWS / seconds)} rows/s` })
  return view
}

/** Understand, check, take in, undo. */
export async function imports() {
  const platform = await Platform.start()
  const admin = await Client.signIn(platform, 'admin')
  const [heading] = readWorkbook((await admin.send('GET', '/records/enterprise/template.xlsx')).bytes)
  const file = enterpriseWorkbook(heading, ROWS)
  const began = performance.now()
  const answer = await admin.upload('/imports?kind=enterprise', 'x.xlsx', XLSX, file)
  if (answer.status >= 300) throw new Error(`upload → ${answer.status} ${JSON.stringify(answer.body)}`)
  const { id } = answer.body
  await rested(admin, id)
  note(`import as a job of ${ROWS} rows: upload and understand`, (performance.now() - began) / 1000, 's', { detail: `${(file.length / 2 ** 20).toFixed(1)} MB` })
  await step('check every row', admin, id, () => admin.call('POST', `/imports/${id}/check`))
  const { report } = await step('take in', admin, id, () => admin.call('POST', `/imports/${id}/run`, { mode: 'good_rows' }))
  if (report.created !== ROWS) throw new Error(`only ${report.created} of ${ROWS} rows: ${JSON.stringify(report).slice(0, 800)}`)
  note('peak memory of the import as a job', memory(platform.process.pid).peak / 2 ** 20, 'MB')
  await step('undo', admin, id, () => admin.call('POST', `/imports/${id}/undo`))
  await platform.remove()
}
