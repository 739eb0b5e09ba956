import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { serviceWorker } from './scripts/worker'

const server = process.env.FENGSUI_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue(), serviceWorker()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_I18N_LEGACY_API__: false, __VUE_I18N_FULL_INSTALL__: false, __INTLIFY_PROD_DEVTOOLS__: false },
  worker: { format: 'es' },
  server: { port: 5173, proxy: { '/api': server, '/cap': server, '/healthz': server } },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1200,
    // The server answers with a strict CSP: nothing may be inlined as a script, and data: URLs only for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
