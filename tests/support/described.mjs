// Starts a platform for a program that tests it from outside: prints its URL, an administrator's token
// and the process to end, and lives until it is ended.

import { Client } from './client.mjs'
import { Platform } from './platform.mjs'

const platform = await Platform.start()
const admin = await Client.signIn(platform, 'admin')
const { token } = await admin.call('POST', '/tokens', { name: 'described' })
console.log(platform.url, token, process.pid)
process.once('SIGTERM', async () => {
  const panics = /panicked at/.test(platform.log())
  await platform.remove()
  process.exit(panics ? 1 : 0)
})
