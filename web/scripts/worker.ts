/** Builds the service worker after the console, with the list of the console's files in it. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin, type Rolldown } from 'vite'
import type { Files } from '../src/offline/worker/rules'

const WORKER = fileURLToPath(new URL('../src/offline/worker/worker.ts', import.meta.url))
const PUBLIC = fileURLToPath(new URL('../public', import.meta.url))
/** Pages that must open without the line; what they import comes along. */
const FIRST = ['main', 'AppShell', 'PortalPage', 'PhonePage', 'SignInPage', 'ExpiredDialog', 'SchemaForm', 'en']

type Chunk = Rolldown.OutputChunk & { viteMetadata?: { importedCss: Set<string> } }

const url = (name: string) => `/${name}`

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}

function closure(chunk: Chunk | undefined, chunks: Map<string, Chunk>, into: Set<string>): void {
  if (!chunk || into.has(chunk.fileName)) return
  into.add(chunk.fileName)
  for (const style of chunk.viteMetadata?.importedCss ?? []) into.add(style)
  for (const name of chunk.imports) closure(chunks.get(name), chunks, into)
}

/** What the worker keeps, told from what the build wrote. */
function filesOf(bundle: Rolldown.OutputBundle): Files {
  const chunks = new Map(Object.values(bundle).flatMap((one) => (one.type === 'chunk' ? [[one.fileName, one as Chunk]] : [])))
  const entry = [...chunks.values()].find((chunk) => chunk.isEntry)
  if (!entry) throw new Error('the build has no entry')
  const first = new Set<string>()
  closure(entry, chunks, first)
  for (const chunk of chunks.values()) if (FIRST.includes(chunk.name)) closure(chunk, chunks, first)
  const built = Object.keys(bundle).filter((name) => name.startsWith('assets/'))
  const fixed = filesBelow(PUBLIC)
  const version = createHash('sha256').update(built.sort().join()).update(String(bundle['index.html']?.type === 'asset' ? bundle['index.html'].source : ''))
  for (const path of fixed.sort()) version.update(readFileSync(path))
  return {
    version: version.digest('hex').slice(0, 12),
    entry: url(entry.fileName),
    shell: ['/', ...fixed.map((path) => url(relative(PUBLIC, path))), ...[...first].sort().map(url)],
    rest: built.filter((name) => !first.has(name)).map(url),
  }
}

export function serviceWorker(): Plugin {
  return {
    name: 'fengsui-service-worker',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      await build({
        configFile: false,
        publicDir: false,
        logLevel: 'warn',
        define: { CONSOLE_FILES: JSON.stringify(filesOf(bundle)) },
        build: { outDir: dir, emptyOutDir: false, target: 'es2022', lib: { entry: WORKER, formats: ['iife'], name: 'worker', fileName: () => 'sw.js' } },
      })
    },
  }
}
